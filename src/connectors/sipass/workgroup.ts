/** A workgroup as the HR API sends it, and as a canonical value. */
import { z } from 'zod';
import type { JsonObject } from '../../core/json.ts';
import { flagMember, textMember, tokenMember, wholeMember } from './members.ts';

const workgroupSchema = z.looseObject({
  Token: tokenMember,
  Name: textMember,
  /** 0 department, 1 contractor, 2 other, 3 visitor. */
  Type: wholeMember,
  Void: flagMember,
  Partition: flagMember,
  DisableAccessControl: flagMember,
});

export type WorkgroupReply = z.output<typeof workgroupSchema>;

/** The answer to `WorkGroups?workGroupID=`: the object itself, or a list that holds it. Gives the objects in it. */
export const workgroupReplySchema = z.preprocess((value) => {
  const listed = typeof value === 'object' && value !== null && 'Records' in value ? value.Records : value;
  return Array.isArray(listed) ? listed : listed === null || listed === undefined ? [] : [listed];
}, z.array(workgroupSchema));

export function workgroupValue(reply: WorkgroupReply): JsonObject {
  return {
    name: reply.Name,
    type: reply.Type,
    void: reply.Void,
    partition: reply.Partition,
    disableAccessControl: reply.DisableAccessControl,
  };
}
