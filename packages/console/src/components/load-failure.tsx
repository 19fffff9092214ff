import { Component, type ReactNode } from 'react';
import { text } from '../words/words.tsx';
import { Button } from './button.tsx';
import { Empty } from './states.tsx';

type Props = { readonly children: ReactNode };
type State = { readonly failed: boolean };

/** A part of the console that cannot be loaded, as after an update of the server took the files of before away. */
export class LoadFailure extends Component<Props, State> {
  override readonly state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <div role="alert">
        <Empty title={text('component.loadfailed')} icon="error">
          <p>{text('component.loadfailedtext')}</p>
          <Button look="primary" icon="refresh" onClick={() => window.location.reload()}>
            {text('component.reload')}
          </Button>
        </Empty>
      </div>
    );
  }
}
