/** The methods of entities that a query can call. */
import type { Entity } from './entity.ts';
import { Refusal } from './refusal.ts';
import { join, leave } from './relations.ts';
import type { World } from './world.ts';

type Method = (world: World, entity: Entity, reference: string) => void;

/** By lower-case name; all of them take one id. */
const methods: { readonly [name: string]: Method } = {
  addcardholderintogroup: ({ table }, entity, reference) => join(table, entity, ...sides(entity, reference)),
  removecardholderfromgroup: ({ table }, entity, reference) => leave(table, entity, ...sides(entity, reference)),
  insertintopartition: ({ table }, entity, reference) => {
    const partition = table.find(reference);
    if (partition?.type !== 'Partition') throw new Refusal('InvalidOperation', `${reference} is no partition`);
    join(table, partition, 'Members', entity.id);
  },
};

/** Calls a method. Throws {@link Refusal} for one that is not known, or not with these arguments. */
export function callMethod(
  world: World,
  entity: Entity,
  call: { readonly method: string; readonly args: readonly string[] },
): void {
  const method = methods[call.method.toLowerCase()];
  const [reference] = call.args;
  if (!method || reference === undefined || call.args.length !== 1)
    throw new Refusal('InvalidOperation', `${entity.type} has no method ${call.method}(${call.args.length} arguments)`);
  method(world, entity, reference);
}

/** Called on a group the id is a cardholder's, called on a cardholder it is a group's. */
const sides = (entity: Entity, reference: string): [property: string, reference: string] => [
  entity.type === 'Cardholder' ? 'Groups' : 'Members',
  reference,
];
