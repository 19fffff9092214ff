import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from '../navigation/router.tsx';
import { Icon } from './icon.tsx';
import { placeLeft } from './list/left-place.ts';

/** The head of a place: its name becomes the window's title and takes the focus, as a new page would. */
export function PageHeader({
  title,
  back,
  about,
  actions,
}: {
  readonly title: string;
  readonly back?: { readonly to: string; readonly label: string };
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Countersign`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="page-header">
      <div>
        {back && (
          <Link to={placeLeft(back.to)} by="going-back" className="back">
            <Icon name="back" size={16} />
            {back.label}
          </Link>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {about !== undefined && <div className="about">{about}</div>}
      </div>
      {actions !== undefined && <div className="actions">{actions}</div>}
    </header>
  );
}
