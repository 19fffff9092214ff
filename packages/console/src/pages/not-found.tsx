import { ButtonLink } from '../components/button.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { Empty } from '../components/states.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageHeader title="There is nothing here" />
      <Empty title="The address names no place of this console.">
        <ButtonLink to="/">To the overview</ButtonLink>
      </Empty>
    </>
  );
}
