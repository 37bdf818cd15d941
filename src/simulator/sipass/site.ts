/** The simulated site: workgroups, doors, elevators, rights, schedules and card formats, generated from the seed. */
import type { Json, JsonObject } from '../../core/json.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';

/** Workgroup types of SiPass. */
export const workgroupType = { department: 0, contractor: 1, other: 2, visitor: 3 } as const;

export interface Workgroup {
  /** A number on the wire, unlike every other token. */
  readonly token: number;
  readonly name: string;
  readonly type: number;
  readonly void: boolean;
  /** Schedule and points that members inherit. */
  readonly accessPoints: readonly Named[];
}

export interface Named {
  readonly token: string;
  readonly name: string;
}

interface AccessLevel extends Named {
  readonly timeScheduleToken: string;
  readonly accessPoints: readonly Named[];
}

interface AccessGroup extends Named {
  readonly accessLevels: readonly Named[];
}

export interface Site {
  readonly workgroups: readonly Workgroup[];
  readonly accessPoints: readonly Named[];
  readonly accessPointGroups: readonly Named[];
  readonly floorPoints: readonly Named[];
  readonly floorPointGroups: readonly Named[];
  readonly accessLevels: readonly AccessLevel[];
  readonly accessGroups: readonly AccessGroup[];
  readonly timeSchedules: readonly Named[];
  readonly cardTechnologies: readonly JsonObject[];
  readonly credentialProfiles: readonly JsonObject[];
}

type Names = readonly [string, ...string[]];
const departments: Names = [
  'Administration',
  'Finance',
  'Research & Development',
  'Production',
  'Warehouse',
  'IT (Operations)',
  'Facility Management',
  'Emergency Ward',
  'Forschung für Prüfverfahren',
  'Night Shift',
];
const contractors: Names = ['Cleaning Services', 'Elevator Maintenance', 'Catering', 'Security Guards, Ltd.'];
const visitors: Names = [
  'Visitors Head Office',
  'Visitors Plant #2',
  'Lieferanten / Suppliers',
  'School Groups',
  'Auditors',
];
const rooms: Names = [
  'Lobby',
  'Server Room',
  'Laboratory',
  'Car Park',
  'Stairwell',
  'Loading Bay',
  'Corridor',
  'Archive',
];

/** The site for this many people: about one access point per 40 of them, at least 6. */
export function generateSite(seed: number, people: number): Site {
  const random = seededRandom(`${seed}:site`);
  const points = Math.max(6, Math.ceil(people / 40));
  const banks = Math.max(2, Math.round(points / 30));
  const accessPoints = named(points, 1001, (index) => doorName(random, index));
  const accessLevels = generateAccessLevels(random, accessPoints);
  return {
    workgroups: generateWorkgroups(random, accessPoints),
    accessPoints,
    accessPointGroups: named(Math.max(3, Math.round(points / 8)), 5001, (index) => `Zone ${index + 1}`),
    floorPoints: named(banks * 8, 7001, (index) => `Elevator ${bankName(Math.floor(index / 8))} Floor ${index % 8}`),
    floorPointGroups: named(banks, 9001, (index) => `Elevator Bank ${bankName(index)}`),
    accessLevels,
    accessGroups: generateAccessGroups(random, accessLevels),
    timeSchedules: ['Always', 'Never', 'System', 'Office Hours', 'Weekend Shift'].map((name, index) => ({
      token: String(index + 1),
      name,
    })),
    cardTechnologies,
    credentialProfiles,
  };
}

function generateWorkgroups(random: SeededRandom, accessPoints: readonly Named[]): readonly Workgroup[] {
  const { department, contractor, other, visitor } = workgroupType;
  const own = [
    ...departments.map((name) => ({ name, type: department })),
    ...contractors.map((name) => ({ name, type: contractor })),
    { name: 'Test Cards', type: other },
    ...visitors.map((name) => ({ name, type: visitor })),
  ];
  return [
    { token: 1, name: '<None>', type: other, void: false, accessPoints: [] },
    { token: 2_000_000_000, name: '<Visitor>', type: visitor, void: false, accessPoints: [] },
    ...own.map(({ name, type }, index) => ({
      token: 2_000_000_001 + index,
      name,
      type,
      void: name === 'Test Cards',
      accessPoints: some(random, accessPoints, 2),
    })),
  ];
}

function generateAccessLevels(random: SeededRandom, accessPoints: readonly Named[]): readonly AccessLevel[] {
  return named(Math.max(5, Math.round(accessPoints.length / 4)), 301, (index) => `Level ${index + 1}`).map((level) => ({
    ...level,
    timeScheduleToken: random.pick(['1', '4', '5']),
    accessPoints: some(random, accessPoints, 4),
  }));
}

function generateAccessGroups(random: SeededRandom, accessLevels: readonly AccessLevel[]): readonly AccessGroup[] {
  return named(Math.max(3, Math.round(accessLevels.length / 4)), 401, (index) => `Group ${index + 1}`).map((group) => ({
    ...group,
    accessLevels: some(random, accessLevels, 3).map(({ token, name }) => ({ token, name })),
  }));
}

function named(count: number, firstToken: number, name: (index: number) => string): readonly Named[] {
  return Array.from({ length: count }, (_, index) => ({ token: String(firstToken + index), name: name(index) }));
}

/** Up to `count` different items. */
function some<T>(random: SeededRandom, items: readonly T[], count: number): readonly T[] {
  const chosen = new Set<T>();
  for (let draw = 0; draw < count; draw += 1) {
    const item = items[random.integer(0, items.length - 1)];
    if (item !== undefined) chosen.add(item);
  }
  return [...chosen];
}

const doorName = (random: SeededRandom, index: number) =>
  `Building ${String.fromCharCode(65 + (index % 6))} ${random.pick(rooms)} ${index + 1}`;

/** A, B, ... Z, AA, AB, ... */
function bankName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${bankName(Math.floor(index / 26) - 1)}${letter}`;
}

const cardTechnologies: readonly JsonObject[] = [
  { TechnologyCode: 10, Name: 'HID Corporate 1000', FacilityCodeDigits: 4, CardNumberDigits: 7 },
  { TechnologyCode: 26, Name: 'Wiegand 26 bit', FacilityCodeDigits: 3, CardNumberDigits: 5 },
];

const pinMode = (type: number, name: string): Json => ({ Type: type, Name: name, FullName: `${name} mode` });

const credentialProfiles: readonly JsonObject[] = cardTechnologies.map((technology, index) => ({
  Token: String(index + 1),
  Name: index === 0 ? 'Corporate Badge' : 'Legacy Badge',
  IsBase: index === 0,
  IsUsed: true,
  CardTechnology: technology['Name'] ?? null,
  CardTechnologyCode: technology['TechnologyCode'] ?? null,
  FacilityCode: index === 0 ? '1201' : '1',
  CardNumberDigits: technology['CardNumberDigits'] ?? null,
  PINDigits: 4,
  ValidityCode: 0,
  PinMode: [pinMode(1, 'Card'), pinMode(2, 'PIN')],
  PINModeValue: pinMode(1, 'Card'),
}));
