/** The table of entity types that this connector writes: one entry per type of the mapping. */
import { cardRule } from './card-rule.ts';
import { type EntityType, textRule } from './entity-rule.ts';
import { cardholderStates, credentialStates, validityRule } from './validity-rule.ts';

/** Groups that Security Center keeps by itself: all cardholders, and visitors (well-known ids). */
const builtInGroups = ['00000000-0000-0000-0000-000000000008', '00000000-0000-0000-0000-00000000000d'];

/** In dependency order. Property names as in the SDK's classes of the same names. */
export const entityTypes: readonly EntityType[] = [
  { type: 'cardholder-group', entityType: 'CardholderGroup', fields: [textRule('name', 'Name')], refs: [] },
  { type: 'door', entityType: 'Door', fields: [textRule('name', 'Name')], refs: [] },
  { type: 'elevator', entityType: 'Elevator', fields: [textRule('name', 'Name')], refs: [] },
  {
    type: 'cardholder',
    entityType: 'Cardholder',
    fields: [
      textRule('name', 'Name'),
      textRule('firstName', 'FirstName'),
      textRule('lastName', 'LastName'),
      textRule('email', 'EmailAddress'),
      textRule('mobilePhone', 'MobilePhoneNumber'),
      validityRule(cardholderStates),
    ],
    refs: [{ name: 'groups', property: 'Groups', kind: 'collection', ignored: builtInGroups }],
  },
  {
    type: 'credential',
    entityType: 'Credential',
    fields: [textRule('name', 'Name'), cardRule, validityRule(credentialStates)],
    refs: [{ name: 'cardholder', property: 'CardholderGuid', kind: 'single', ignored: [] }],
  },
];
