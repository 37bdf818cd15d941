/** Listens to a signal under which many requests run, once for all of them. */

interface Watch {
  readonly callbacks: Set<() => void>;
  readonly listener: () => void;
}

/** By signal. A listener for each request would make Node warn of a leak from the eleventh on. */
const watches = new WeakMap<AbortSignal, Watch>();

/** Calls back once when the signal aborts, which it has not yet; the answer ends that. No callback is given twice. */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const watch = watches.get(signal) ?? open(signal);
  watch.callbacks.add(callback);
  return () => {
    watch.callbacks.delete(callback);
    if (watch.callbacks.size > 0 || watches.get(signal) !== watch) return;
    watches.delete(signal);
    signal.removeEventListener('abort', watch.listener);
  };
}

function open(signal: AbortSignal): Watch {
  const callbacks = new Set<() => void>();
  const listener = () => {
    watches.delete(signal);
    for (const callback of callbacks) callback();
  };
  const watch = { callbacks, listener };
  watches.set(signal, watch);
  signal.addEventListener('abort', listener, { once: true });
  return watch;
}
