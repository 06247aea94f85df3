import { createContext, useContext } from 'react';
import type { RouteScope } from '../../src/protocol/http-api/operator-keys.ts';
import type { AdminApi } from '../api/admin-api.ts';
import type { KeyAccess } from '../api/responses.ts';

/** What every part of the dashboard knows about the key that is signed in. */
export interface Admin {
  api: AdminApi;
  access: KeyAccess;
}

export const AdminContext = createContext<Admin | undefined>(undefined);

export const useAdmin = (): Admin => useContext(AdminContext)!;

/** Whether the key has this scope. Only OPERATOR_KEY has all of them, `keys:write` among them. */
export const hasScope = ({ scopes }: KeyAccess, scope: RouteScope) =>
  scopes === null || scopes.some((one) => one === scope);

/** Returns a function that tells whether the key has a scope. */
export function useScopes(): (scope: Parameters<typeof hasScope>[1]) => boolean {
  const { access } = useAdmin();
  return (scope) => hasScope(access, scope);
}
