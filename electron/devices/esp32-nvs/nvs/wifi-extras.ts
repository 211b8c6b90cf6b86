/**
 * Entries that the official generator adds to some keys of the Wi-Fi driver, whatever namespace they stand in. An image
 * that is to be byte-identical needs them too. Source: esp-idf-nvs-partition-gen 0.2.0.
 */
import { pbkdf2Sync } from 'node:crypto';
import { NvsError, type NvsPlace } from './nvs-error.ts';
import { blobValue, type NvsEntry } from './types.ts';

export interface WifiExtras {
  /** What goes into flash before and after the row's own entry. Rows must come in the file's order. */
  readonly around: (
    row: {
      readonly key: string | undefined;
      readonly type: string | undefined;
      readonly value: string | undefined;
    },
    place: NvsPlace,
  ) => { readonly before: readonly NvsEntry[]; readonly after: readonly NvsEntry[] };
}

const STATION_KEYS: readonly string[] = ['sta.ssid', 'sta.pswd'];
const ACCESS_POINT_KEYS: readonly string[] = ['ap.ssid', 'ap.passwd', 'ap.authmode'];

export function createWifiExtras(): WifiExtras {
  const accessPoint = new Map<string, string>();
  let isStationDone = false;
  return {
    around: ({ key = '', type, value = '' }, place) => {
      const isStation = STATION_KEYS.includes(key);
      const isAccessPoint = ACCESS_POINT_KEYS.includes(key);
      if ((isStation || isAccessPoint) && type === 'file') {
        throw new NvsError(
          'bad-csv',
          'this key cannot come from a file: the official generator takes its name for it',
          place,
        );
      }
      if (isAccessPoint) {
        if (key !== 'ap.authmode' || value !== '0') accessPoint.set(key, value);
        return { before: accessPointExtras(accessPoint), after: [] };
      }
      if (!isStation || isStationDone) return { before: [], after: [] };
      isStationDone = true;
      return { before: [], after: stationExtras() };
    },
  };
}

function stationExtras(): NvsEntry[] {
  return [
    { key: 'sta.apinfo', value: blobValue(Buffer.alloc(140, 0xff)) },
    { key: 'sta.pmk', value: blobValue(Buffer.alloc(32)) },
    { key: 'sta.apsw', value: blobValue(Buffer.alloc(2)) },
  ];
}

/** The pairwise master key of IEEE 802.11 behind a hundred zeros, once name, password and mode are known. */
function accessPointExtras(known: ReadonlyMap<string, string>): NvsEntry[] {
  const [ssid = '', password = '', mode = ''] = ACCESS_POINT_KEYS.map((key) => known.get(key));
  if (ssid === '' || password === '' || mode === '') return [];
  const key = pbkdf2Sync(password, ssid, 4096, 32, 'sha1');
  return [{ key: 'ap.pmk_info', value: blobValue(Buffer.concat([Buffer.alloc(100), key])) }];
}
