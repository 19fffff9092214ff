import { pathOf } from '../../api/request.ts';
import { Badge } from '../../components/states.tsx';
import { Link } from '../../navigation/router.tsx';

export const userLink = (username: string) => <Link to={pathOf('users', username)}>{username}</Link>;

export const clientLink = ({ client_id, client_name }: { client_id: string; client_name: string }) => (
  <Link to={pathOf('clients', client_id)}>{client_name}</Link>
);

export const scopeChips = (scopes: readonly string[]) => (
  <span className="chips" translate="no">
    {scopes.map((scope) => (
      <Badge key={scope}>{scope}</Badge>
    ))}
  </span>
);
