/** The modules of React Native that the documentation imports, for a browser. */

import { FakeAppState, FakeNetInfo } from '../simulated-client/react-native.ts';

/** `react-native` */
export const AppState = new FakeAppState();

/** The default exports of `@react-native-community/netinfo` and of AsyncStorage, in one object. */
export default Object.assign(new FakeNetInfo(), {
  getItem: async (key: string) => localStorage.getItem(key),
  setItem: async (key: string, value: string) => localStorage.setItem(key, value),
  removeItem: async (key: string) => localStorage.removeItem(key),
});
