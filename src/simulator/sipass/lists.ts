/** The lists and details of everything but cardholders, in the shapes of the wire. */
import { assertNever } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import { rule } from './cardholder-data.ts';
import type { ListName } from './domain-faults.ts';
import type { Named, Workgroup } from './site.ts';
import type { SipassWorld } from './world.ts';

/** How a list comes: in an envelope with or without totals, or as a bare array. */
export type ListShape = 'totals' | 'unknown-totals' | 'no-totals' | 'array';

/** The whole list. Window parameters are not looked at: nobody was seen to send them here. */
export function listItems(world: SipassWorld, name: Exclude<ListName, 'Cardholders'>): readonly JsonObject[] {
  const { site } = world;
  switch (name) {
    case 'WorkGroups':
      return site.workgroups.map(({ token, name: text }) => ({ Name: text, Token: token, _links: [] }));
    case 'AccessLevels':
      return site.accessLevels.map(item);
    case 'AccessGroups':
      return site.accessGroups.map(item);
    case 'AccessPoints':
      return site.accessPoints.map(item);
    case 'AccessPointGroups':
      return site.accessPointGroups.map(item);
    case 'FloorPoints':
      return site.floorPoints.map(item);
    case 'FloorPointGroups':
      return site.floorPointGroups.map(item);
    case 'TimeSchedules':
      return site.timeSchedules.map(item);
    case 'CardTechnologies':
      return site.cardTechnologies;
    case 'CredentialProfiles':
      return site.credentialProfiles;
    default:
      return assertNever(name);
  }
}

export function listShape(world: SipassWorld, name: ListName): ListShape {
  switch (name) {
    case 'Cardholders':
      return world.options.totals === 'exact'
        ? 'totals'
        : world.options.totals === 'absent'
          ? 'no-totals'
          : 'unknown-totals';
    case 'AccessPoints':
      return 'unknown-totals';
    case 'AccessPointGroups':
    case 'FloorPoints':
    case 'FloorPointGroups':
      return 'no-totals';
    case 'TimeSchedules':
    case 'CardTechnologies':
    case 'CredentialProfiles':
      return world.profile.smallLists === 'array' ? 'array' : 'totals';
    default:
      return 'totals';
  }
}

/** The detail of a workgroup, or null. */
export function workgroupDetail(world: SipassWorld, token: string): JsonObject | null {
  const workgroup = world.site.workgroups.find((candidate) => String(candidate.token) === token);
  return workgroup === undefined ? null : workgroupObject(workgroup);
}

/** The detail of an access level, or null. */
export function accessLevelDetail(world: SipassWorld, token: string): JsonObject | null {
  const level = world.site.accessLevels.find((candidate) => candidate.token === token);
  if (level === undefined) return null;
  return {
    ...item(level),
    TimeScheduleToken: level.timeScheduleToken,
    // Singular on the wire.
    AccessRule: level.accessPoints.map((point) => rule(point, 2, level.timeScheduleToken)),
  };
}

/** The detail of an access group, or null. */
export function accessGroupDetail(world: SipassWorld, token: string): JsonObject | null {
  const group = world.site.accessGroups.find((candidate) => candidate.token === token);
  return group === undefined ? null : { ...item(group), AccessLevels: group.accessLevels.map(item) };
}

const item = ({ name, token }: Named): JsonObject => ({ Name: name, Token: token, _links: [] });

function workgroupObject(workgroup: Workgroup): JsonObject {
  return {
    Name: workgroup.name,
    Token: workgroup.token,
    Type: workgroup.type,
    AccessPolicyRules: workgroup.accessPoints.map((point) => rule(point, 2, '1')),
    Partition: false,
    Void: workgroup.void,
    ClearCardNo: false,
    DisableAccessControl: false,
    CardRange: null,
    _links: [],
  };
}
