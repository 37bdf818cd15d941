/** Access points of SiPass become doors. */
import type { SourceRecord } from '../../../connectors/connector.ts';
import { boundedKey, firstText } from '../../../connectors/security-center/vocabulary.ts';
import type { MappedEntity } from '../../mapping.ts';
import { parsePlace } from './source-values.ts';

/**
 * One door per access point. The vendor's plugin makes one door per doorset, which the HR API does not show: it shows
 * readers, and the name of the reader is what the plugin calls the door by default (Genetec, "Synchronized door names
 * from SiPass readers").
 */
export function mapAccessPoint(record: SourceRecord): readonly MappedEntity[] {
  const name = firstText(parsePlace(record.value).name, `Door ${record.key}`);
  return [{ type: 'door', key: boundedKey(record.key), fields: { name }, refs: {} }];
}
