/** The frame of both pages: brand, navigation, whether the page is live, and the landmarks. */
import { MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { clockTime } from './clock-time.ts';
import { durationText } from './duration.ts';
import type { Liveness } from './feed.ts';
import { BrandIcon } from './icons.tsx';
import { pageHref } from './page-query.ts';
import { useNow } from './server-time.ts';
import { StatusMark } from './status-mark.tsx';
import { cssVariables, theme } from './theme.ts';

interface PageFrameProps {
  readonly page: 'dashboard' | 'inspector';
  readonly integration: string | null;
  readonly liveness: Liveness;
  /** Whether there is anything on the page that can be out of date. */
  readonly showsData: boolean;
  readonly children: ReactNode;
}

export function PageFrame({ page, integration, liveness, showsData, children }: PageFrameProps) {
  const link = (target: 'dashboard' | 'inspector', text: string) => (
    <a href={pageHref(target, integration)} aria-current={page === target ? 'page' : undefined}>
      {text}
    </a>
  );
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <a className="sw-skip" href="#content">
        Skip to the content
      </a>
      <header className="sw-header">
        <a className="sw-brand" href={pageHref('dashboard', integration)}>
          <BrandIcon />
          Syncwarden
        </a>
        <nav aria-label="Pages">
          {link('dashboard', 'Dashboard')}
          {link('inspector', 'Inspector')}
        </nav>
        <LiveMark liveness={liveness} />
      </header>
      <main id="content" tabIndex={-1} data-page={page} data-stale={liveness.status === 'lost' || undefined}>
        {liveness.status === 'lost' && showsData && <StaleNotice since={liveness.since} />}
        {children}
      </main>
    </MantineProvider>
  );
}

function LiveMark({ liveness }: { readonly liveness: Liveness }) {
  const marks = {
    connecting: { word: 'connecting', tone: 'calm' },
    live: { word: 'live', tone: 'ok' },
    lost: { word: 'not live', tone: 'bad' },
  } as const;
  return (
    <span className="sw-live" role="status" aria-label="Live updates">
      <StatusMark {...marks[liveness.status]} />
    </span>
  );
}

function StaleNotice({ since }: { readonly since: number }) {
  const now = Math.max(useNow(), since);
  return (
    <section className="sw-notice" data-tone="bad" aria-label="Not live">
      <StatusMark word={`Not live since ${clockTime(since, now)}`} tone="bad" />
      <p>
        The supervisor has not answered for {durationText(now - since)}. What follows was true then; it may not be now.
        Reconnecting by itself.
      </p>
    </section>
  );
}
