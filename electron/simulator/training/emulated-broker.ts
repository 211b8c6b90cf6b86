/**
 * An MQTT broker on loopback that lets in exactly the credentials that the emulated cloud has registered, and tells the
 * cloud who is online, so that QuerySessionByClientId says the truth.
 * Must not: check a login by itself; the rule is the cloud's (user and password made from the device credential).
 */
import { type AddressInfo, createServer } from 'node:net';
import { Aedes } from 'aedes';
import type { EmulatedCloud } from '../cloud/emulated-cloud.ts';

export interface EmulatedBroker {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function createEmulatedBroker(cloud: EmulatedCloud): Promise<EmulatedBroker> {
  const broker = await Aedes.createBroker({
    authenticate: (client, username, password, done) => {
      const login = {
        clientId: client.id,
        username: String(username ?? ''),
        password: password?.toString('utf8') ?? '',
      };
      done(null, cloud.verifyLogin(login));
    },
  });
  broker.on('clientReady', (client) => cloud.setOnline(client.id, true));
  broker.on('clientDisconnect', (client) => cloud.setOnline(client.id, false));
  const server = createServer(broker.handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => broker.close(() => server.close(() => resolve()))),
  };
}
