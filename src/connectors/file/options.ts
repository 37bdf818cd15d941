/** What a configuration says about files that another system exports. */
import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';

/** What a member of a record can be declared as. */
export const fieldTypes = ['string', 'number', 'boolean', 'date'] as const;
export type FieldType = (typeof fieldTypes)[number];

const nameSchema = z.string().min(1).max(200);

const everyFormat = {
  /** Path, relative to `folder`. Default the name of the kind with the format as extension, for example `person.csv`. */
  file: z.string().min(1).optional(),
  /** The member that holds the key; it stays in the record, too. */
  keyField: nameSchema,
  /** Members that are always there, null where the file has nothing, and what they must be. Default none. */
  fields: z.record(nameSchema, z.enum(fieldTypes)).default({}),
  /** Members that change without a reason, such as the time of the export; left out of every record. Default none. */
  volatileFields: z.array(nameSchema).default([]),
  /** Whether a file without a byte means "no records" instead of a failed export. Default false. */
  allowEmpty: z.boolean().default(false),
  /** Whether the last line must end with a line end: without one, a file that was cut off looks whole. Default `required`. */
  finalNewline: z.enum(['required', 'optional']).default('required'),
};

const kindSchema = z
  .discriminatedUnion('format', [
    z.strictObject({
      /** RFC 4180 with a header line, in UTF-8. */
      format: z.literal('csv'),
      /** One character between two fields. Default a comma. */
      delimiter: z
        .string()
        .regex(/^[^"\r\n\ufeff]$/u, 'one character, neither a quote nor a line end')
        .default(','),
      ...everyFormat,
    }),
    z.strictObject({
      /** One JSON object a line, in UTF-8. */
      format: z.literal('jsonl'),
      ...everyFormat,
    }),
  ])
  .refine(
    ({ volatileFields, keyField, fields }) => !volatileFields.some((name) => name === keyField || name in fields),
    {
      message: 'neither the key nor a declared field can be volatile',
      path: ['volatileFields'],
    },
  );

/** Options of the file source. Unknown members are refused. */
export const fileSourceOptionsSchema = z
  .strictObject({
    /** Where the files lie. Default none: then each kind names its file with an absolute path. */
    folder: z.string().min(1).optional(),
    /** What each file holds, by the kind that its records get. */
    kinds: z
      .record(z.string().min(1), kindSchema)
      .refine((kinds) => Object.keys(kinds).length > 0, 'at least one kind'),
    /** Records per page of a walk, 1 to 10,000. Default 500. */
    pageSize: z.number().int().min(1).max(10_000).default(500),
    /** Longest record, bytes. Default 1 MiB. */
    lineBytesMax: z.number().int().min(100).max(67_108_864).default(1_048_576),
    /** Greatest file, bytes. Default 2 GiB. */
    fileBytesMax: z.number().int().min(1).max(1_099_511_627_776).default(2_147_483_648),
    /** Most records in a file; each takes 40 to 80 bytes of memory. Default 5,000,000. */
    recordsMax: z.number().int().min(1).max(50_000_000).default(5_000_000),
    /** How long a watched file must stay as it is before its change is reported, milliseconds. Default 2 s. */
    settleMs: z.number().int().min(0).max(3_600_000).default(2_000),
    /** How often watched files are looked at though nothing was heard, milliseconds. Default 30 s. */
    pollMs: z.number().int().min(100).max(86_400_000).default(30_000),
  })
  .superRefine(({ folder, kinds }, context) => {
    for (const [kind, { file }] of Object.entries(kinds)) {
      if (folder !== undefined || (file !== undefined && isAbsolute(file))) continue;
      const message = 'needs an absolute path, because no folder is named';
      context.addIssue({ code: 'custom', path: ['kinds', kind, 'file'], message });
    }
  });

/** As written in a configuration: defaults may be left out. */
export type FileSourceOptions = z.input<typeof fileSourceOptionsSchema>;

/** As used: defaults filled in. */
export type FileSettings = z.output<typeof fileSourceOptionsSchema>;
type KindSettings = FileSettings['kinds'][string];

/** One file, and everything that is needed to read it. */
export interface FileToRead {
  readonly kind: string;
  readonly path: string;
  readonly settings: KindSettings;
  readonly bounds: Pick<FileSettings, 'lineBytesMax' | 'fileBytesMax' | 'recordsMax'>;
}

/** The files that the options name, in their order. */
export function filesToRead({ folder = '.', kinds, ...bounds }: FileSettings): readonly FileToRead[] {
  return Object.entries(kinds).map(([kind, settings]) => ({
    kind,
    path: resolve(folder, settings.file ?? `${kind}.${settings.format}`),
    settings,
    bounds,
  }));
}
