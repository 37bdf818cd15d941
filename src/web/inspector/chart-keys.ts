/** What a key does to the chart in focus. */

export type ChartMove =
  | { readonly kind: 'fit' }
  | { readonly kind: 'zoom'; readonly closer: boolean }
  /** Shares of the frame. */
  | { readonly kind: 'pan'; readonly right: number; readonly down: number };

interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Share of the frame that an arrow key moves. */
const share = 0.15;

/** The move for a key; null for every other key, and for those that belong to the browser. */
export function chartMoveOf({ key, ctrlKey, metaKey, altKey }: Key): ChartMove | null {
  if (ctrlKey || metaKey || altKey) return null;
  switch (key) {
    case '+':
    case '=':
      return { kind: 'zoom', closer: true };
    case '-':
      return { kind: 'zoom', closer: false };
    case '0':
      return { kind: 'fit' };
    case 'ArrowLeft':
      return { kind: 'pan', right: -share, down: 0 };
    case 'ArrowRight':
      return { kind: 'pan', right: share, down: 0 };
    case 'ArrowUp':
      return { kind: 'pan', right: 0, down: -share };
    case 'ArrowDown':
      return { kind: 'pan', right: 0, down: share };
    default:
      return null;
  }
}
