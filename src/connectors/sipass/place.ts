/** Access points, their groups and floor point groups: rows whose list already shows everything. */
import { z } from 'zod';
import { canonicalJson, type JsonObject } from '../../core/json.ts';
import { listMember, textMember, tokenMember } from './members.ts';

/** A row of the list of access points or of their groups. */
export const placeRowSchema = z.looseObject({ Token: tokenMember, Name: textMember });

export const placeValue = (row: z.output<typeof placeRowSchema>): JsonObject => ({ name: row.Name });

/** A row of the list of floor point groups. Whether it shows its floors is not known for every server. */
export const floorGroupRowSchema = placeRowSchema.extend({ FloorPoints: listMember(placeRowSchema) });

export const floorGroupValue = (row: z.output<typeof floorGroupRowSchema>): JsonObject => ({
  name: row.Name,
  floors: row.FloorPoints.map((floor) => ({ key: floor.Token, name: floor.Name })).sort((a, b) =>
    canonicalJson(a) < canonicalJson(b) ? -1 : 1,
  ),
});
