import { type App, createApp, createSSRApp, defineComponent, h, onMounted } from 'vue';
import {
  provideTinyHost,
  useCell,
  useConnectionState,
  useMembers,
  usePresence,
  useReady,
  useRole,
  useSaved,
  useSession,
  useStores,
} from '../../../../client/vue/index.ts';
import { type AppOptions, type Framework, line, PRESENCE } from './app.ts';

const Line = defineComponent(() => {
  const ready = useReady();
  const session = useSession();
  const state = useConnectionState();
  const saved = useSaved();
  const title = useCell('tasks', 'one', () => 'title');
  const role = useRole();
  const stores = useStores();
  const members = useMembers();
  const { others, set } = usePresence<string>();
  onMounted(() => set(PRESENCE));
  const shown = () => ({
    ready: ready.value,
    session: session.value,
    state: state.value,
    saved: saved.value,
    title: title.value,
    role: role.value,
    stores: stores.value,
    members: members.value,
    others: others.value,
  });
  return () => h('p', line(shown()));
});

export const vueRoot = (options: AppOptions) =>
  defineComponent(() => {
    provideTinyHost(options);
    const session = useSession();
    return () => h('main', { class: session.value && 'signed-in' }, h(Line));
  });

const shownIn = (app: App, target: Element) => {
  app.mount(target);
  return app;
};

export const vue: Framework = {
  mount: (options, target) => shownIn(createApp(vueRoot(options)), target),
  hydrate: (options, target) => shownIn(createSSRApp(vueRoot(options)), target),
};
