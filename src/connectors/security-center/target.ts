/** Security Center as the target of a synchronization, written and read over its Web SDK. */
import type { Clock } from '../../core/clock.ts';
import { CodedError, invariant } from '../../core/errors.ts';
import type { Target } from '../connector.ts';
import type { LimitChange } from '../http/adaptive-gate.ts';
import { entitiesPerRead } from './entity-read.ts';
import type { EntityType } from './entity-rule.ts';
import { entityTypes } from './entity-types.ts';
import { createEntityWriter } from './entity-write.ts';
import { replyFailure } from './failure.ts';
import { markedEntities } from './marked-entities.ts';
import { type SecurityCenterOptions, type SecurityCenterSettings, securityCenterOptionsSchema } from './options.ts';
import { propertiesOf, storedEntities } from './stored-entities.ts';
import { createVersionReader } from './version.ts';
import { textLengthMax } from './vocabulary.ts';
import { createWebSdk, type WebSdk } from './web-sdk.ts';

export interface SecurityCenterTargetOptions {
  /** As the configuration has them. */
  readonly options: SecurityCenterOptions;
  /** Id of the integration, at most 40 characters of `A-Z a-z 0-9 -`; it stands in every marker. */
  readonly owner: string;
  readonly clock: Clock;
  /** Hears when more or fewer requests are sent at once than before, and why. Must not throw. */
  readonly onLimit?: (change: LimitChange) => void;
}

/**
 * A {@link Target} over the Web SDK. Nothing is sent before the first call. No request is repeated in here: the caller
 * decides about repetition, and a create is never safe to repeat.
 *
 * @throws CodedError `SW_CONFIG_UNREADABLE` when `caFile` cannot be read; a `ZodError` for options that do not parse.
 */
export function createSecurityCenterTarget({ options, owner, clock, onLimit }: SecurityCenterTargetOptions): Target {
  requireOwner(owner);
  const settings = securityCenterOptionsSchema.parse(options);
  return targetOver(createWebSdk(settings, clock, onLimit), settings, owner, clock);
}

/** One request of every type: a batch that is a little larger would take two. */
const readBatch = Math.min(...entityTypes.map((type) => entitiesPerRead(propertiesOf(type))));

/** Throws for what cannot stand in a marker. */
export function requireOwner(owner: string): void {
  invariant(/^[A-Za-z0-9-]{1,40}$/.test(owner), `an owner is made of A-Z a-z 0-9 -, up to 40, not ${owner}`);
}

/** The target over a connection that others may use, too; closing it closes the connection for all of them. */
export function targetOver(sdk: WebSdk, settings: SecurityCenterSettings, owner: string, clock: Clock): Target {
  const context = { sdk, owner, clock, pageSize: settings.pageSize };
  const writer = createEntityWriter(context);
  const marked = markedEntities(context);
  const version = createVersionReader(context);

  return {
    capabilities: {
      readBatch,
      maxConcurrency: settings.concurrency,
      textLengthMax,
      listing: 'page',
    },
    types: entityTypes.map(({ type }) => type),
    probe: async (signal) => {
      const doing = 'asking the Web-based SDK role whether it is well';
      const reply = await sdk.call({ verb: 'GET', path: '/', doing, ahead: true, signal });
      if (reply.status !== 'ok') throw replyFailure(reply, doing, false);
      return { product: 'Security Center', version: await version(signal), latencyMs: reply.latencyMs };
    },
    list: (type, cursor, signal) => marked.list(typeNamed(type), cursor, signal),
    listIds: (type, cursor, signal) => marked.listIds(typeNamed(type), cursor, signal),
    find: (type, key, signal) => marked.find(typeNamed(type), key, signal),
    read: (type, ids, signal) => storedEntities(context, typeNamed(type), ids, signal),
    create: (entity, signal) => writer.create(typeNamed(entity.type), entity, signal),
    update: (id, entity, signal) => writer.update(typeNamed(entity.type), id, entity, signal),
    remove: (type, id, signal) => writer.remove(typeNamed(type), id, signal),
    close: () => sdk.close(),
  };
}

function typeNamed(type: string): EntityType {
  const found = entityTypes.find((one) => one.type === type);
  if (found !== undefined) return found;
  throw new CodedError('SW_REFUSED', {
    doing: 'choosing the entity type',
    expected: entityTypes.map((one) => one.type).join(', '),
    found: type,
    todo: 'Map the record to one of these types',
  });
}
