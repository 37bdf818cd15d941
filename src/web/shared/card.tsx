/** A titled section of a page. */
import { type ReactNode, useId } from 'react';

interface CardProps {
  readonly title: string;
  /** Shown beside the title, for example a status. */
  readonly aside?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Card({ title, aside, className, children }: CardProps) {
  const id = useId();
  return (
    <section className={`sw-card ${className ?? ''}`} aria-labelledby={id}>
      <div className="sw-card-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
