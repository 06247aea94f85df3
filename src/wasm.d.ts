/** Bundlers of both engines give a compiled module for such a file. */
declare module '*.wasm' {
  const module: WebAssembly.Module;
  export default module;
}
