/**
 * The signatures of failures, and what can help against each. docs/ladder.md lists them; a test holds table and page together.
 *
 * Helping is told by classes of remedies: own ones are known by name, as is `restart-proxy`; what a remedy of another name
 * touches is not known, so that it counts wherever something outside of Syncwarden can be the cause.
 */

export type RemedyClass = 'run' | 'plugin' | 'server' | 'proxy' | 'other' | 'person';

const classes: { readonly [remedy: string]: RemedyClass } = {
  synchronize: 'run',
  'restart-plugin': 'plugin',
  'restart-server': 'server',
  'restart-proxy': 'proxy',
  person: 'person',
};

/** What a person is asked to do is told by the name of the rung, where it is one that is known. */
export const classOf = ({ id, remedy }: { readonly id: string; readonly remedy: string }): RemedyClass =>
  (remedy === 'person' ? classes[id] : undefined) ?? classes[remedy] ?? 'other';

/** Which classes can help; where the ladder has no rung of them, which others may. */
interface Help {
  readonly helps: readonly RemedyClass[];
  readonly otherwise?: readonly RemedyClass[];
  readonly means: string;
}

const nothing: readonly RemedyClass[] = [];
const everything: readonly RemedyClass[] = ['run', 'plugin', 'server', 'proxy', 'other', 'person'];
const restarts: readonly RemedyClass[] = ['plugin', 'server', 'proxy', 'other', 'person'];
const ofHost: readonly RemedyClass[] = ['plugin', 'server'];
const byOthers: readonly RemedyClass[] = ['other', 'person'];

/** Where nothing helps the ladder goes to quarantine at once, and a person is paged with the sentence of the diagnosis. */
export const signatures = {
  disk: { helps: nothing, means: 'the data directory is full or cannot be written' },
  'plugin-hung': { helps: ofHost, otherwise: byOthers, means: 'the plugin runs and does not answer' },
  'plugin-down': { helps: ofHost, otherwise: byOthers, means: 'the plugin is not running' },
  incompatible: { helps: nothing, means: 'the versions do not go together' },
  licence: { helps: nothing, means: 'no licence is left on one side' },
  'session-busy': { helps: nothing, means: 'the operator is logged in elsewhere' },
  certificate: { helps: nothing, means: 'the certificate of one side is not trusted' },
  credentials: { helps: nothing, means: 'one side refuses the credentials' },
  'own-network': { helps: nothing, means: 'nothing can be reached: it is our own network' },
  'both-down': { helps: nothing, means: 'both sides cannot be reached, and others can' },
  'target-down': { helps: nothing, means: 'the target cannot be reached' },
  'source-down': { helps: nothing, means: 'the machine of the source cannot be reached' },
  'proxy-dead': { helps: ['proxy'], otherwise: byOthers, means: 'nothing listens at the address of the source' },
  'source-failing': { helps: restarts, means: 'the source accepts connections and does not work' },
  'target-failing': { helps: [...ofHost, ...byOthers], means: 'the target accepts connections and does not work' },
  'store-failed': { helps: ofHost, otherwise: byOthers, means: 'the plugin could not write, and there is room again' },
  visibility: { helps: nothing, means: 'the source no longer shows what it showed: a privilege is missing' },
  'empty-source': { helps: nothing, means: 'the source says that it is empty' },
  'delete-guard': { helps: nothing, means: 'more would be deleted than the guard allows' },
  rejected: { helps: nothing, means: 'the target refuses some entities' },
  'source-changed': { helps: ['run'], otherwise: byOthers, means: 'the source kept changing while it was read' },
  partial: { helps: ['run'], otherwise: byOthers, means: 'some types only were synchronized' },
  stalled: { helps: restarts, means: 'a run makes no progress' },
  interrupted: { helps: everything, means: 'a run was interrupted again and again without progress' },
  'counts-differ': { helps: everything, means: 'the counts of both sides differ' },
  'content-differs': { helps: everything, means: 'the counts are equal, the contents are not' },
  'plugin-lost': { helps: everything, means: 'the plugin was away, and answers again' },
  unreachable: { helps: everything, means: 'the connection was lost, and is there again' },
  unproven: { helps: everything, means: 'a run ended without a proof' },
  unknown: { helps: everything, means: 'none of these' },
} as const satisfies { readonly [signature: string]: Help };

export type Signature = keyof typeof signatures;

export const isSignature = (code: string): code is Signature => Object.hasOwn(signatures, code);

/** What can help against a signature. */
export const helpAgainst = (signature: Signature): Help => signatures[signature];
