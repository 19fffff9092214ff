import { ButtonLink } from '../components/button.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Empty } from '../components/states.tsx';
import { text } from '../words/words.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageHeader title={text('notfound.title')} />
      <Empty title={text('notfound.text')}>
        <ButtonLink to="/">{text('notfound.overview')}</ButtonLink>
      </Empty>
    </>
  );
}
