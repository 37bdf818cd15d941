/**
 * The mapping of events from SiPass to Security Center: the rows that the vendor documents, and what a site adds.
 *
 * **Documented** (Genetec, SiPass Plugin Guide 3.2 and 3.3, "How SiPass events are mapped in Security Center"): which
 * SiPass event becomes which native one. The stored page ends after these rows; the rows about doors are not known.
 * **Assumed**: the spelling of the native types in the Web SDK. The page names them as Security Desk shows them.
 *
 * The vendor's plugin raises a custom event of the same name for *every* event, and a native one besides for some. The
 * relay raises one: a custom event where the site names its id, else the native one, else none.
 */
import type { SourceEvent } from '../../connectors/events.ts';
import { boundedKey } from '../../connectors/security-center/vocabulary.ts';
import type { EventMapping, EventRule } from '../event-mapping.ts';

const native = (type: string): EventRule => ({ kind: 'native', type });

/** SiPass event to native event, with the name that Security Desk shows. */
export const documentedRows: { readonly [sipassEvent: string]: EventRule } = {
  'Access Granted': native('AccessGranted'), // Access granted
  'Access To AP Area': native('AccessGranted'),
  'Daily Code': native('AccessGranted'),
  'Access Denied': native('AccessRefused'), // Access denied
  'Access Not Granted': native('AccessRefused'),
  'Bad Daily Code': native('AccessRefused'),
  'Badge Collision': native('AccessRefused'),
  'Card At Disabled': native('AccessRefused'),
  'Card Expired': native('AccessRefused'),
  'AC Power Failed': native('ACFail'), // AC fail, on the units
  'APB Area Count Reset': native('PeopleCountReset'), // People count reset, on the area
  'Battery Failed': native('BatteryFail'), // Battery fail, on the units
  'Battery Low': native('LowBattery'), // Low battery, on the access control unit
  'Communication Lost': native('UnitDisconnected'), // Unit lost, on the access control unit
  'Communication Restored': native('UnitConnected'), // Unit connected, on the units
};

export interface SipassEventMappingOptions {
  /**
   * Ids of custom events of Security Center by name of the SiPass event. They win over the documented rows, and they are
   * the ones that are never raised twice: only a custom event can carry our id. Default: none.
   */
  readonly custom?: { readonly [sipassEvent: string]: number };
}

/**
 * Events are raised on the person whom they are about, else on the door, else on the elevator: a person who is new waits
 * for his entity alone, and does not keep a door waiting. Units and areas are not synchronized, so events about them have
 * no entity here and are counted as dropped.
 */
export function sipassEventMapping({ custom = {} }: SipassEventMappingOptions = {}): EventMapping {
  const own = Object.entries(custom).map(([name, id]): [string, EventRule] => [name, { kind: 'custom', id }]);
  const taken = new Set(own.map(([name]) => name.trim().toLowerCase()));
  const documented = Object.entries(documentedRows).filter(([name]) => !taken.has(name.toLowerCase()));
  return {
    id: 'sipass-events-to-security-center@1',
    events: Object.fromEntries([...documented, ...own]),
    types: { cardholder: 'cardholder', 'access-point': 'door', 'floor-point-group': 'elevator' },
    on: ['cardholder', 'access-point', 'floor-point-group'],
    keyOf: boundedKey,
    text: textOf,
  };
}

function textOf({ kind, at, value }: SourceEvent): string {
  const point = typeof value['pointName'] === 'string' ? `, ${value['pointName']}` : '';
  return `${kind}${point}, ${new Date(at).toISOString()}`;
}
