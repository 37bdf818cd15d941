/** Visitor workgroups of SiPass become cardholder groups; all other workgroups stay where they are. */
import type { SourceRecord } from '../../../connectors/connector.ts';
import { boundedKey, firstText } from '../../../connectors/security-center/vocabulary.ts';
import type { MappedEntity } from '../../mapping.ts';
import { parseWorkgroup, visitorWorkgroup } from './source-values.ts';

/**
 * The cardholder group of a visitor workgroup (Genetec, "Synchronized SiPass entities and properties": only visitor
 * workgroups). That page says nothing of void workgroups, so they are kept: a group that vanished with the flag would
 * take its memberships along.
 */
export function mapWorkgroup(record: SourceRecord): readonly MappedEntity[] {
  const workgroup = parseWorkgroup(record.value);
  if (workgroup.type !== visitorWorkgroup) return [];
  const name = firstText(workgroup.name, `Workgroup ${record.key}`);
  return [{ type: 'cardholder-group', key: boundedKey(record.key), fields: { name }, refs: {} }];
}
