/** Synthetic people: plausible names from many places, reserved e-mail domains, and telephone numbers kept for fiction. */
import { type SeededRandom, seededRandom } from './seeded-random.ts';

/** One synthetic person. Every text is at most {@link nameLengthMax} UTF-16 code units long. */
export interface Person {
  readonly firstName: string;
  readonly lastName: string;
  readonly title: string;
  readonly email: string;
  readonly mobileNumber: string;
  readonly phoneNumber: string;
  readonly address: string;
  readonly company: string;
  /** `YYYY-MM-DD`. */
  readonly dateOfBirth: string;
  /** Unique within one seed. */
  readonly employeeNumber: string;
}

/** The longest name that is generated, in UTF-16 code units. */
export const nameLengthMax = 100;

type Names = readonly [string, ...string[]];

// biome-ignore format: a word list reads better in columns than one word a line
const firstNames: Names = [
  'Amina', 'Björn', 'Chiara', 'Dmitri', 'Élodie', 'Fatima', 'Giorgos', 'Hana', 'Ignacio', 'Jürgen', 'Kateřina', 'Liam',
  'Mónica', 'Noor', 'Oluwaseun', 'Priya', 'Quentin', 'Rūta', 'Søren', 'Tomasz', 'Ümit', 'Valentina', 'Wanjiru', 'Xiulan',
  'Yūki', 'Zoë', 'Aoife', 'Bilal', 'Carmen', 'Dagný', 'Emeka', 'Farah', 'Gülsüm', 'Håkon', 'Ilse', 'João', 'Krystyna',
  'Levente', 'Mehmet', 'Nadia', 'Olena', 'Petra', 'Rafael', 'Siobhán', 'Thandiwe', 'Uma', 'Viktor', 'Wei', 'Yara', 'Željko',
];

// biome-ignore format: a word list reads better in columns than one word a line
const lastNames: Names = [
  'Andersson', 'Baptiste', 'Černý', 'Dubois', 'Eriksen', 'Fernández', 'Güneş', 'Haddad', 'Ivanova', 'Jansen', 'Kowalczyk',
  'Lindqvist', 'Müller', 'Nakamura', 'Okonkwo', 'Papadopoulos', 'Quispe', 'Rossi', 'Schröder', 'Takahashi', 'Ünal',
  'Vasquez', 'Weiß', 'Yılmaz', 'Zieliński', 'Ahlgren', 'Bianchi', 'Costa', 'Dlamini', 'Esposito', 'Fischer', 'Groß',
  'Horváth', 'Iyer', 'Jönsson', 'Khan', 'Larsen', 'Mbeki', 'Novák', 'Østergaard', 'Petrov', 'Rahman', 'Silva', 'Tran',
  'Virtanen', 'Wójcik', 'Xu', 'Young', 'Zhang', 'Þórsdóttir',
];

/** Names that a careless query, separator or encoder breaks on. */
// biome-ignore format: a word list reads better in columns than one word a line
const awkwardLastNames: Names = [
  "O'Brien", "D'Angelo", 'Smith, Jr.', 'Müller-Lüdenscheidt', 'Keller (Extern)', 'Contractor #4', 'Night+Weekend',
  'Reception @ Gate 2', 'van der Meer', 'Nuñez & Söhne', '100% Cleaning', 'Test "Quote"', 'Back\\slash', "Na'im (a.k.a. Ni, Ny)",
];

const titles: Names = [
  'Engineer',
  'Technician',
  'Nurse',
  'Accountant',
  'Cleaner',
  'Guard',
  'Dr.',
  'Manager',
  'Trainee',
];
const streets: Names = [
  'Specimen Street',
  'Beispielweg',
  "Rue de l'Exemple",
  'Via Campione',
  'Voorbeeldlaan',
  'Mallikatu',
];
const towns: Names = ['Sampletown', 'Musterstadt', 'Exempleville', 'Ejemplar', 'Mallila', 'Próbów'];
const companies: Names = ['Example Facilities', 'Sample Logistics', 'Muster GmbH', 'Exemple & Fils', 'Ejemplo S.A.'];
const domains: Names = ['example.com', 'example.org', 'example.net'];

/** Telephone ranges that regulators keep for films and tests. */
const telephoneRanges: Names = ['+44 7700 900', '+1 202 555 0', '+44 113 496 0'];

/** The person of this seed and index; the same for ever, whatever else was generated before. */
export function personAt(seed: number, index: number): Person {
  const random = seededRandom(`${seed}:person:${index}`);
  const firstName = random.pick(firstNames);
  const lastName = lastNameOf(random);
  const year = random.integer(1955, 2006);
  return {
    firstName: random.chance(0.05) ? `${firstName}-${random.pick(firstNames)}` : firstName,
    lastName,
    title: random.pick(titles),
    email: `${mailbox(firstName)}.${mailbox(lastName)}${random.chance(0.1) ? '+badge' : ''}${index}@${random.pick(domains)}`,
    mobileNumber: `${random.pick(telephoneRanges)}${twoDigits(random)}${random.integer(0, 9)}`,
    phoneNumber: `${random.pick(telephoneRanges)}${twoDigits(random)}${random.integer(0, 9)}`,
    address: `${random.integer(1, 240)} ${random.pick(streets)}, ${random.pick(towns)}`,
    company: random.pick(companies),
    dateOfBirth: `${year}-${day(random.integer(1, 12))}-${day(random.integer(1, 28))}`,
    employeeNumber: `E${String(100_000 + index)}`,
  };
}

/** One in twelve is awkward, one in two hundred is very long. */
function lastNameOf(random: SeededRandom): string {
  if (random.chance(0.005)) return longName(random);
  if (random.chance(0.08)) return random.pick(awkwardLastNames);
  if (random.chance(0.1)) return `${random.pick(lastNames)}-${random.pick(lastNames)}`;
  return random.pick(lastNames);
}

function longName(random: SeededRandom): string {
  let name = random.pick(lastNames);
  for (;;) {
    const longer = `${name}-${random.pick(lastNames)}`;
    if (longer.length > nameLengthMax - 2) return name;
    name = longer;
  }
}

/** A name as the left part of an e-mail address: ASCII letters only, never empty. */
function mailbox(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
  return plain.slice(0, 20) || 'someone';
}

const day = (value: number) => String(value).padStart(2, '0');
const twoDigits = (random: SeededRandom) => day(random.integer(0, 99));
