/** Floor point groups of SiPass (its elevator banks) become elevators. */
import type { SourceRecord } from '../../../connectors/connector.ts';
import { boundedKey, firstText } from '../../../connectors/security-center/vocabulary.ts';
import type { MappedEntity } from '../../mapping.ts';
import { parsePlace } from './source-values.ts';

/**
 * One elevator per floor point group, by name (Genetec, "Synchronized SiPass entities and properties": Bank). The
 * vendor's plugin gives it its floors too; the Web SDK has no documented way to write floors, so they are left out.
 */
export function mapFloorPointGroup(record: SourceRecord): readonly MappedEntity[] {
  const name = firstText(parsePlace(record.value).name, `Elevator ${record.key}`);
  return [{ type: 'elevator', key: boundedKey(record.key), fields: { name }, refs: {} }];
}
