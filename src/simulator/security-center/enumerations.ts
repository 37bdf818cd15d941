/** Enumerations of the SDK that are shown by name or by number. */
import type { Json } from '../../core/json.ts';

/** Members by number. */
type Enumeration = { readonly [number: number]: string };

/** State of an entity: the colour in which it is drawn. `Warning` is yellow, `NotRunning` is red. */
export const runningStates: Enumeration = { 0: 'Running', 1: 'NotRunning', 2: 'Warning' };

/** Types of roles, as far as they are known. */
export const roleTypes: Enumeration = {
  1: 'ActiveDirectory',
  6: 'WebSdk',
  7: 'Plugin',
  10: 'AccessManager',
  15: 'HealthMonitoring',
  17: 'DirectoryFailover',
};

/** A member by its name, or by its number; what is no member is shown as it is. */
export function shownEnum(members: Enumeration, value: Json, byNumber: boolean): Json {
  const found = Object.entries(members).find(([number, name]) => name === value || number === String(value));
  return found === undefined ? value : byNumber ? Number(found[0]) : found[1];
}
