/** Reads one workgroup; the list shows only names, and what kind of workgroup it is stands in the detail. */
import { CodedError } from '../../core/errors.ts';
import type { HrApi } from './hr-api.ts';
import type { KindReader } from './kind-reader.ts';
import { checkToken } from './reply-token.ts';
import { workgroupReplySchema, workgroupValue } from './workgroup.ts';

export function createWorkgroupGet(api: HrApi): KindReader['get'] {
  return async (key, signal) => {
    const doing = `reading workgroup ${key}`;
    const found = await api.read({
      path: '/WorkGroups',
      query: { workGroupID: key },
      schema: workgroupReplySchema,
      doing,
      signal,
    });
    if (found === null || found.length === 0) return null;
    const [reply] = found;
    // A server that does not know the parameter answers the whole list, in which a visitor workgroup looks like any other.
    if (reply === undefined || found.length > 1) throw notOne(doing, found.length);
    checkToken(reply.Token, key, doing);
    return { kind: 'workgroup', key, value: workgroupValue(reply) };
  };
}

function notOne(doing: string, count: number): CodedError {
  return new CodedError('SW_REPLY_UNEXPECTED', {
    doing,
    expected: 'one workgroup',
    found: `${count}`,
    todo: 'Check that this version of SiPass gives a single workgroup for workGroupID',
  });
}
