/** The name under which a person acts on these pages: it stands in the record, and is remembered by the browser. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';

const storageKey = 'syncwarden-name';
const lengthMax = 100;

/** A browser may refuse to remember. */
function remembered(): string {
  try {
    return localStorage.getItem(storageKey)?.slice(0, lengthMax) ?? '';
  } catch {
    return '';
  }
}

export function useOwnName(): readonly [string, (name: string) => void] {
  const [name, setName] = useState(remembered);
  const change = (text: string) => {
    setName(text);
    try {
      localStorage.setItem(storageKey, text);
    } catch {
      // It is asked for again next time.
    }
  };
  return [name, change];
}

export function NameField({ name, onChange }: { readonly name: string; readonly onChange: (name: string) => void }) {
  return (
    <TextInput
      label="Your name, for the record"
      placeholder="operator"
      autoComplete="name"
      maxLength={lengthMax}
      value={name}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
