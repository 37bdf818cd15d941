import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Desk, openDesk } from './web-sdk-desk.ts';

let desk: Desk;
let person: string;
beforeEach(async () => {
  desk = await openDesk();
  person = await desk.create('Cardholder),FirstName=Ann');
});
afterEach(() => desk.close());

const call = (method: string, path: string) => desk.ask(method, `/WebSdk/customField/${path}`);

test('a custom field has its default until it is written, and shows among the properties', async () => {
  await call('POST', 'Cardholder/Employee/Text/none');
  await call('POST', 'Cardholder/Level/Numeric/');
  expect(await desk.read(person, 'CustomFields')).toEqual([
    { Name: 'Employee', Value: 'none' },
    { Name: 'Level', Value: 0 },
  ]);

  await call('PUT', `${person}/Level/7`);
  await call('PUT', `${person}/Employee?val=a%2fb`);

  expect((await call('GET', `${person}/Employee`)).result).toEqual({ Name: 'Employee', Value: 'a/b' });
  expect((await call('GET', `${person}/Level`)).result.Value).toBe(7);
});

test('a custom field goes with its values', async () => {
  await call('POST', 'Cardholder/Employee/Text/none');
  await call('PUT', `${person}/Employee/12`);

  await call('DELETE', 'Cardholder/Employee');
  await call('POST', 'Cardholder/Employee/Text/none');

  expect((await call('GET', `${person}/Employee`)).result.Value).toBe('none');
});

test.each([
  ['POST', 'Cardholder/Employee%20Number/Text/x'],
  ['POST', 'Cardholder/Employee/Colour/x'],
  ['POST', 'Chair/Employee/Text/x'],
  ['DELETE', 'Cardholder/Employee'],
])('refuses %s %s', async (method, path) => {
  expect((await call(method, path)).state).toBe('Fail');
});

test('a value must be of the type of its field', async () => {
  await call('POST', 'Cardholder/Level/Numeric/1');
  await call('POST', 'Cardholder/Escort/Boolean/false');

  expect((await call('PUT', `${person}/Level/high`)).state).toBe('Fail');
  expect((await call('PUT', `${person}/Escort/perhaps`)).state).toBe('Fail');
  expect((await call('PUT', `${person}/Escort/True`)).state).toBe('Ok');
  expect((await call('GET', `${person}/Escort`)).result.Value).toBe(true);
});

test('writing the same value again is a rewrite', async () => {
  await call('POST', 'Cardholder/Level/Numeric/1');
  await call('PUT', `${person}/Level/2`);
  await call('PUT', `${person}/Level/2`);

  expect(await desk.admin('GET', '/writes')).toMatchObject({ updates: 2, rewrites: 1 });
});
