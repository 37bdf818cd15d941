/**
 * The mapping from SiPass to Security Center by the vendor's rules for its own plugin (Genetec, SiPass Plugin Guide 3.2,
 * "Synchronized SiPass entities and properties"; 3.3, "Synchronized SiPass cardholder properties"): visitor workgroups
 * only, at most one credential per cardholder, doors and elevators by name.
 */
import type { Mapping } from '../mapping.ts';
import { mapAccessPoint } from './sipass-to-security-center/access-point.ts';
import { mapCardholder } from './sipass-to-security-center/cardholder.ts';
import { mapFloorPointGroup } from './sipass-to-security-center/floor-point-group.ts';
import { mapWorkgroup } from './sipass-to-security-center/workgroup.ts';

/**
 * Steps in dependency order. Pure and total: odd data never throws, it becomes null or the default that the rule names.
 * A record without a usable key does not exist in SiPass, and the source refuses it before it comes here.
 */
export const sipassToSecurityCenter: Mapping = {
  id: 'sipass-to-security-center@1',
  steps: [
    { kind: 'workgroup', types: ['cardholder-group'], map: mapWorkgroup },
    { kind: 'access-point', types: ['door'], map: mapAccessPoint },
    { kind: 'floor-point-group', types: ['elevator'], map: mapFloorPointGroup },
    { kind: 'cardholder', types: ['cardholder', 'credential'], map: mapCardholder },
  ],
};
