/**
 * Imported before the SDK. Its transport (httpx) prints whole requests and answers, secrets included, to standard
 * error where the environment variable DEBUG names it, which `DEBUG=*` does. That choice is read once, when the
 * SDK is loaded; here the transport is taken out of it. Must not: touch what DEBUG says of anything else.
 */
const { DEBUG } = process.env;
if (DEBUG) process.env.DEBUG = `${DEBUG},-httpx:*`;
