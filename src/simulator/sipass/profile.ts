/** What differs between versions of the HR API, as one profile per generation: enum values, required keys, shapes. */

/** Numbers under which a server reports what it has computed from dates and void flags. */
export interface StatusTable {
  readonly none: number;
  readonly valid: number;
  readonly void: number;
  readonly expired: number;
  readonly beforeStart: number;
  readonly workgroupVoid: number;
}

export interface SipassProfile {
  readonly id: ProfileId;
  /** Version in the `Server` header. No version resource is known, so this place is assumed. */
  readonly version: string;
  readonly status: StatusTable;
  /** Whether `PersonalDetails.ContactDetails.ManagerEmailAddress` exists, and must be written. */
  readonly managerEmailAddress: boolean;
  /** `TimeSchedules`, `CardTechnologies`, `CredentialProfiles`: both shapes were seen in client programs. */
  readonly smallLists: 'array' | 'envelope';
  /** Whether the record at `endIndex` is part of the window. Not known of either version: one each, so both are met. */
  readonly endIndex: 'inclusive' | 'exclusive';
  /** How a wrong password shows: HTTP 401 with 911, or HTTP 200 with an empty token. */
  readonly badLogin: 'error' | 'empty-token';
}

export const profileIds = ['mp270', 'mp28x'] as const;
export type ProfileId = (typeof profileIds)[number];

/**
 * Only two facts of these tables were seen in a client program that lived through the change: 61 became 62 for "valid",
 * and `ManagerEmailAddress` appeared. The shift of the other values of `mp28x` is assumed.
 */
export const profiles: { readonly [id in ProfileId]: SipassProfile } = {
  mp270: {
    id: 'mp270',
    version: '2.75.0',
    status: { none: 0, valid: 61, void: 62, expired: 63, beforeStart: 64, workgroupVoid: 65 },
    managerEmailAddress: false,
    smallLists: 'array',
    endIndex: 'inclusive',
    badLogin: 'empty-token',
  },
  mp28x: {
    id: 'mp28x',
    version: '2.85.0',
    status: { none: 0, valid: 62, void: 63, expired: 64, beforeStart: 65, workgroupVoid: 66 },
    managerEmailAddress: true,
    smallLists: 'envelope',
    endIndex: 'exclusive',
    badLogin: 'error',
  },
};
