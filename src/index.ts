/** The library: a supervisor to embed in a Node.js process, and what one needs to bring other systems to it. */

export type { OutsideEvent } from '../machines/events.ts';
export { type Policy, policySchema } from '../machines/policy.ts';
export type {
  ChangePage,
  Cursor,
  MarkedEntity,
  MarkedPage,
  Source,
  SourceCapabilities,
  SourcePage,
  SourceRecord,
  StoredEntity,
  SystemReport,
  Target,
  TargetCapabilities,
  TargetEntity,
} from './connectors/connector.ts';
export { type FileSourceOptions, fileSourceOptionsSchema } from './connectors/file/options.ts';
export { createFileSource } from './connectors/file/source.ts';
export { watchFiles } from './connectors/file/watch.ts';
export { RecordedMap } from './connectors/memory/recorded-map.ts';
export { createMemorySource } from './connectors/memory/source.ts';
export { createMemoryTarget } from './connectors/memory/target.ts';
export { type Clock, systemClock } from './core/clock.ts';
export { CodedError, type ErrorCode } from './core/errors.ts';
export type { Commit, Runtime } from './runtime/index.ts';
export { type Config, configSchema, parseConfig, readConfig } from './supervise/config.ts';
export type { Log } from './supervise/log.ts';
export { createPlugin, type Plugin, type PluginParts } from './supervise/plugin-host/plugin.ts';
export { type Supervisor, type SupervisorOptions, startSupervisor } from './supervise/supervisor.ts';
export type { EntityIndex } from './sync/index/entity-index.ts';
export { createMemoryIndex } from './sync/index/memory-index.ts';
export type { MappedEntity, Mapping, MappingStep } from './sync/mapping.ts';
