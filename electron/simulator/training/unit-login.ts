/**
 * What an emulated unit's application does after each start: with a record in its flash it logs in to the broker that the
 * record names, with the ClientId, user and password that it holds, and nothing else.
 * Must not: know the cloud, or learn a password in any other way.
 */
import { createHmac } from 'node:crypto';
import { connect, type MqttClient } from 'mqtt';
import type { EmulatedUnit } from '../units/emulated-unit.ts';

const LOOK_EVERY_MS = 100;

/** Watches the unit's starts; `close` logs out. */
export function watchLogin(unit: EmulatedUnit): { readonly isOnline: boolean; close(): void } {
  let boots = 0;
  let client: MqttClient | undefined;
  let online = false;

  const look = () => {
    if (unit.boots === boots) return;
    boots = unit.boots;
    client?.end(true);
    online = false;
    client = logIn(unit, () => {
      online = true;
    });
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    get isOnline() {
      return online;
    },
    close() {
      clearInterval(timer);
      client?.end(true);
      online = false;
    },
  };
}

function logIn(unit: EmulatedUnit, onOnline: () => void): MqttClient | undefined {
  const record = unit.record as Readonly<Record<string, unknown>> | undefined;
  if (record === undefined) return undefined;
  const { cid, un, pw, key, ep, port } = record;
  const password = typeof pw === 'string' ? pw : passwordOf(String(key), String(cid));
  const options = {
    clientId: String(cid),
    username: String(un),
    password,
    reconnectPeriod: 1_000,
    connectTimeout: 5_000,
  };
  const client = connect(`mqtt://${String(ep)}:${String(port)}`, options);
  client.on('connect', onOnline);
  client.on('error', () => undefined);
  return client;
}

/** ApsaraMQ for MQTT, one secret per device: Base64(HMAC-SHA1(DeviceAccessKeySecret, ClientId)). */
function passwordOf(key: string, clientId: string): string {
  return createHmac('sha1', key).update(clientId).digest('base64');
}
