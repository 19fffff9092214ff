declare module '@mermaid-js/tiny/dist/mermaid.tiny.js?url' {
  const url: string;
  export default url;
}

/** Made by the script of `@mermaid-js/tiny`. */
declare var mermaid: {
  initialize(settings: { readonly startOnLoad: boolean; readonly theme: 'dark' | 'neutral' }): void;
  render(id: string, source: string): Promise<{ readonly svg: string }>;
};
