/** The stored content of a cardholder in the members and spelling of the wire, generated from seed and number. */
import type { Json, JsonObject } from '../../core/json.ts';
import { personAt } from '../people.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import type { Named, Site, Workgroup } from './site.ts';
import { workgroupType } from './site.ts';

/** What a generated person is made from. */
export interface CardholderSeed {
  readonly seed: number;
  /** Counts people from 0; never used twice. */
  readonly index: number;
  readonly site: Site;
  readonly managerEmailAddress: boolean;
  readonly utcOffset: string;
}

const none: Workgroup = { token: 1, name: '<None>', type: workgroupType.other, void: false, accessPoints: [] };

/** Date of which operators say "no end". */
const noEndDate = '2100-12-31T00:00:00';

/** The dates and flags of a person; drawn first and alone, so that they can be had without the rest. */
export function generateValidity(from: CardholderSeed) {
  const random = seededRandom(`${from.seed}:validity:${from.index}`);
  const beforeStart = random.chance(0.02);
  const endless = random.chance(0.7);
  const expired = random.chance(0.1);
  const start = `${beforeStart ? 2093 : random.integer(2012, 2021)}-0${random.integer(1, 9)}-${10 + random.integer(0, 18)}`;
  const end = `${expired && !beforeStart ? random.integer(2022, 2025) : random.integer(2094, 2099)}-0${random.integer(1, 9)}-15`;
  return {
    start: `${start}T00:00:00${from.utcOffset}`,
    end: `${endless ? noEndDate : `${end}T18:00:00`}${from.utcOffset}`,
    void: random.chance(0.04),
    workgroup: chooseWorkgroup(random, from.site.workgroups),
  };
}

function chooseWorkgroup(random: SeededRandom, workgroups: readonly Workgroup[]): Workgroup {
  const roll = random.next();
  const { department, contractor, visitor, other } = workgroupType;
  const type = roll < 0.7 ? department : roll < 0.85 ? contractor : roll < 0.97 ? visitor : other;
  const candidates = workgroups.filter((workgroup) => workgroup.type === type);
  return candidates[random.integer(0, candidates.length - 1)] ?? none;
}

/** Everything the server stores about a generated person, without what it computes at each reading. */
export function generateCardholder(token: string, from: CardholderSeed): JsonObject {
  const person = personAt(from.seed, from.index);
  const validity = generateValidity(from);
  const random = seededRandom(`${from.seed}:cardholder:${from.index}`);
  const credentials = generateCredentials(random, from, validity);
  const visitor = validity.workgroup.type === workgroupType.visitor;
  const further = random.chance(0.1) ? chooseWorkgroup(random, from.site.workgroups) : null;
  const { workgroup } = validity;
  return {
    Token: token,
    EmployeeNumber: person.employeeNumber,
    FirstName: person.firstName,
    LastName: person.lastName,
    EmployeeName: `${person.firstName} ${person.lastName}`,
    GeneralInformation: random.chance(0.2) ? `Synthetic record ${from.index}` : '',
    StartDate: validity.start,
    EndDate: validity.end,
    Attributes: { Void: validity.void, Visitor: visitor, Isolate: random.chance(0.01) },
    PrimaryWorkgroupId: workgroup.token,
    PrimaryWorkgroupName: workgroup.name,
    ApbWorkgroupId: workgroup.token,
    PrimaryWorkGroupAccessRule: workgroup.accessPoints.map((point) => rule(point, 2, '1')),
    NonPartitionWorkGroups:
      further === null || further === workgroup
        ? []
        : [{ WorkGroupId: further.token, WorkGroupName: further.name, _links: [] }],
    NonPartitionWorkgroupAccessRules: [],
    AccessRules: generateRules(random, from.site),
    Credentials: credentials,
    BaseCardNumber: credentials[0]?.['CardNumber'] ?? '',
    SmartCardProfileId: '0',
    SmartCardProfileName: null,
    PersonalDetails: {
      Address: person.address,
      Title: person.title,
      PayrollNumber: `P${from.index}`,
      DateOfBirth: `${person.dateOfBirth}T00:00:00${from.utcOffset}`,
      ContactDetails: {
        Email: random.chance(0.9) ? person.email : '',
        MobileNumber: person.mobileNumber,
        MobileServiceProvider: null,
        MobileServiceProviderId: '0',
        PagerNumber: '',
        PagerServiceProvider: null,
        PagerServiceProviderId: '0',
        PhoneNumber: person.phoneNumber,
        UseEmailforMessageForward: random.chance(0.1),
        ...(from.managerEmailAddress ? { ManagerEmailAddress: '' } : {}),
      },
      UserDetails: { UserName: '', Password: '' },
    },
    Vehicle1: random.chance(0.3) ? vehicle(random) : {},
    Vehicle2: {},
    VisitorDetails: visitor ? { VisitorCardStatus: 0, VisitorCustomValues: { Company: person.company } } : {},
    CustomFields: generateCustomFields(random),
    FingerPrints: [],
    CardholderPortrait: null,
    CardholderSignature: null,
    ElevatorRole: 0,
    ElevatorLight: false,
    ElevatorLanguage: 0,
  };
}

/** None to three cards; the first may be inactive, which a reader that takes the first *active* one would hide. */
function generateCredentials(
  random: SeededRandom,
  from: CardholderSeed,
  validity: { readonly start: string; readonly end: string },
): readonly JsonObject[] {
  const roll = random.next();
  const count = roll < 0.1 ? 0 : roll < 0.75 ? 1 : roll < 0.93 ? 2 : 3;
  return Array.from({ length: count }, (_, position) => {
    // Four numbers are set aside for each person, so no card number is ever given twice.
    const number = from.index * 4 + position;
    const legacy = random.chance(0.15);
    // With a facility code Security Center keeps numbers up to 524,287.
    const cardNumber = legacy ? 1 + (number % 65_000) : 100_000 + (number % 400_000);
    return {
      CardNumber: random.chance(0.1) ? String(cardNumber).padStart(7, '0') : String(cardNumber),
      FacilityCode: legacy ? 1 + (Math.floor(number / 65_000) % 255) : 1201 + (Math.floor(number / 400_000) % 2000),
      CardTechnologyCode: legacy ? 26 : 10,
      ProfileId: legacy ? 2 : 1,
      ProfileName: legacy ? 'Legacy Badge' : 'Corporate Badge',
      StartDate: validity.start,
      EndDate: validity.end,
      Active: !random.chance(position === 0 ? 0.08 : 0.3),
      RevisionNumber: random.integer(0, 3),
      Pin: random.chance(0.3) ? String(random.integer(1000, 9999)) : '',
      PinMode: 1,
      PinDigit: 4,
      PinErrorDisable: false,
    };
  });
}

function generateRules(random: SeededRandom, site: Site): readonly Json[] {
  const choose = (items: readonly Named[], type: number, schedule: string, most: number): readonly Json[] => {
    const chosen = new Set<Named>();
    for (let draw = random.integer(0, most); draw > 0; draw -= 1) {
      const item = items[random.integer(0, items.length - 1)];
      if (item !== undefined) chosen.add(item);
    }
    return [...chosen].map((item) => rule(item, type, schedule));
  };
  return [
    ...choose(site.accessLevels, 3, '0', 2),
    // Rules to access groups were seen with schedule "0".
    ...choose(site.accessGroups, 4, '0', 1),
    ...choose(site.accessPoints, 2, '1', 1),
    ...choose(site.floorPointGroups, 7, '4', 1),
  ];
}

/** A rule object; its nulls stand on the wire, where other members with default value are left out. */
export function rule(target: Named, type: number, schedule: string): JsonObject {
  return {
    ObjectToken: target.token,
    ObjectName: target.name,
    RuleToken: `${type}${target.token}`,
    RuleType: type,
    TimeScheduleToken: schedule,
    StartDate: null,
    EndDate: null,
    ArmingRightsId: null,
    ControlModeId: null,
    IsFavourite: null,
    Side: 0,
  };
}

const vehicle = (random: SeededRandom): JsonObject => ({
  CarColor: random.pick(['Blue', 'Red', 'Grey']),
  CarModelNumber: 'Sample 1.6',
  CarRegistrationNumber: `TEST ${random.integer(100, 999)}`,
});

function generateCustomFields(random: SeededRandom): readonly JsonObject[] {
  const field = (name: string, value: string | null): JsonObject => ({
    FiledName: name,
    FieldValue: value,
    Behaviour: 0,
  });
  return [
    field('CustomTextBoxControl1__CF', random.chance(0.5) ? `Locker ${random.integer(1, 400)}` : null),
    field('CustomTextBoxControl1__CF_CF', null),
    field('CustomDropdownControl2__CF', random.pick(['Day', 'Night', 'Rotating'])),
    field('CustomDateControl3__CF', null),
    field('CostCentre', String(random.integer(1000, 1999))),
  ];
}
