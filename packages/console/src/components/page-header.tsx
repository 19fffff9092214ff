import { type ReactNode, useEffect, useRef } from 'react';
import { helpPage } from '../navigation/help-pages.ts';
import { Link, ROOT, useRoute } from '../navigation/router.tsx';
import { text } from '../words/words.tsx';
import { Icon } from './icon.tsx';
import { placeLeft } from './list/left-place.ts';

/** The page of the documentation for this place. It opens beside what one is doing. */
function HelpLink() {
  const { segments } = useRoute();
  return (
    <a
      href={`${ROOT}/help/${helpPage(segments)}`}
      target="_blank"
      rel="noopener"
      hrefLang="en"
      className="help"
      title={text('help.about')}
    >
      {text('help.link')}
    </a>
  );
}

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
      <div className="actions">
        {actions}
        <HelpLink />
      </div>
    </header>
  );
}
