import script from '@mermaid-js/tiny/dist/mermaid.tiny.js?url';
import { useData } from 'vitepress';
import { defineComponent, h, onMounted, ref, watch } from 'vue';

let loaded: Promise<void> | undefined;
let drawn = 0;

/** Loads the script once, which is no module and makes a global. */
const load = (): Promise<void> => {
  loaded ??= new Promise((done, fail) => {
    const element = document.createElement('script');
    element.src = script;
    element.onload = () => done();
    element.onerror = () => fail(new Error(`${script} cannot be loaded`));
    document.head.append(element);
  });
  return loaded;
};

/** A Mermaid diagram, drawn in the browser, in the colours that the page has. */
export const Diagram = defineComponent({
  props: { source: { type: String, required: true } },
  setup(props) {
    const { isDark } = useData();
    const picture = ref('');
    const draw = async () => {
      await load();
      mermaid.initialize({ startOnLoad: false, theme: isDark.value ? 'dark' : 'neutral' });
      drawn += 1;
      const { svg } = await mermaid.render(`diagram-${drawn}`, decodeURIComponent(props.source));
      picture.value = svg;
    };
    onMounted(draw);
    watch(isDark, draw);
    return () => h('figure', { class: 'diagram', innerHTML: picture.value });
  },
});
