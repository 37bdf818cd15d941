/** People who press buttons meanwhile, and what happens to the data behind everybody's back. */
import { fleetKey } from '../../../supervise/fleet.ts';
import { randomOf } from '../../random.ts';
import { rehome } from '../../site/changes.ts';
import { types } from '../../site/mapping.ts';
import type { Press } from '../press.ts';
import { type Fault, once, picked } from './fault.ts';

const press =
  (event: Press['event']): Fault =>
  ({ room, site }) => {
    void room.operators.press({ key: site.id, event });
    return once;
  };

/** Something that is laid down, and taken back when its time is over. */
const laidDown =
  (keyOf: (site: string) => string, on: Press['event'], off: Press['event']): Fault =>
  ({ room, site }) => {
    const key = keyOf(site.id);
    void room.operators.press({ key, event: on });
    return () => room.operators.insist({ key, event: off });
  };

const ownKey = (site: string) => site;
const ofFleet = () => fleetKey;

export const peopleFaults = {
  hold: laidDown(
    ownKey,
    { type: 'hold.placed', name: 'works', reason: 'Works.' },
    { type: 'hold.released', name: 'works' },
  ),
  brake: laidDown(
    ofFleet,
    { type: 'brake.applied', by: 'ana', reason: 'Wait.' },
    { type: 'brake.released', by: 'ana' },
  ),
  'dry-run': laidDown(ofFleet, { type: 'dry-run.begun', by: 'ana' }, { type: 'dry-run.ended', by: 'ana' }),
  'manual-sync': ({ room, site, strike }) => {
    const mode = strike.strength < 0.5 ? 'full' : 'delta';
    void room.operators.press({ key: site.id, event: { type: 'synchronization.requested', mode, requestedBy: 'ana' } });
    return once;
  },
  cancel: press({ type: 'cancellation.requested', requestedBy: 'ana' }),
  refresh: press({ type: 'refresh.requested', requestedBy: 'ana' }),
  release: press({ type: 'release.requested', requestedBy: 'ana' }),
  /** The target loses, doubles or changes entities by itself. */
  'entity-tampered': ({ site, strike }) => {
    const entities = site.world.entities[picked(types, strike.pick) ?? 'person'];
    const id = picked([...entities.keys()], strike.strength);
    const entity = id === undefined ? undefined : entities.get(id);
    if (id === undefined || entity === undefined) return null;
    const how = strike.lastsMs % 3;
    if (how === 0) entities.lose(id);
    else if (how === 1) entities.put(site.world.newId(), entity);
    else entities.put(id, { ...entity, fields: { ...entity.fields, name: `Tampered ${id}` } });
    return once;
  },
  'entity-refused': ({ site, strike }) => {
    const key = picked([...site.world.records.person.keys()], strike.pick);
    site.refused.add(`person ${key}`);
    const before = key === undefined ? undefined : site.world.person(key);
    if (key !== undefined && before) site.world.putPerson(key, { ...before, name: `Name ${site.world.changes}` });
    return () => site.refused.clear();
  },
  /** Many leave at once: more than the guard lets go without a person. */
  'mass-leave': ({ site, strike }) => {
    const keys = [...site.world.records.person.keys()];
    for (const key of keys.slice(0, Math.floor(keys.length * (0.3 + strike.strength * 0.5))))
      site.world.drop('person', key);
    return once;
  },
  'group-gone': ({ room, site, strike }) => {
    const key = picked(site.world.groupKeys(), strike.pick);
    if (key === undefined || site.world.groupKeys().length < 2) return null;
    site.world.drop('group', key);
    return () => {
      const keys = new Set(site.world.groupKeys());
      rehome(site.world, randomOf(room.clock.monotonic(), site.id), (home) => !keys.has(home));
    };
  },
} as const satisfies { readonly [kind: string]: Fault };
