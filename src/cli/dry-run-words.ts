/** What a dry run found, line by line for people. */
import type { z } from 'zod';
import type { dryRunViewSchema } from '../http/plugin-api.ts';

export function dryRunLines({ would, guard }: z.infer<typeof dryRunViewSchema>): readonly string[] {
  const types = [...new Set(Object.values(would).flatMap((byType) => Object.keys(byType)))].sort();
  const lines = types.map((type) => {
    const counts = [
      `${would.create[type] ?? 0} to create`,
      `${would.change[type] ?? 0} to change`,
      `${would.delete[type] ?? 0} to delete`,
      `${would.rejected[type] ?? 0} rejected`,
    ];
    return `  ${type.padEnd(18)} ${counts.join(', ')}`;
  });
  const warning =
    guard === null ? [] : [`The guard (${guard}) would stop the deletes: approve them with --approve-deletes.`];
  return [lines.length === 0 ? 'Nothing would be written.' : 'A run would write:', ...lines, ...warning];
}
