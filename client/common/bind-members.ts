/**
 * Binds the methods and getters of an object to the object itself. They then also work when they
 * are destructured (`const { signIn } = client`), or called on a proxy that a framework such as Vue
 * or Valtio made, which could not access private fields.
 */
export function bindMembers(object: object): void {
  for (
    let prototype = Object.getPrototypeOf(object);
    prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const [name, member] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (name === 'constructor' || Object.hasOwn(object, name)) continue;
      Object.defineProperty(object, name, { configurable: true, ...boundTo(object, member) });
    }
  }
}

const boundTo = (object: object, { value, get }: PropertyDescriptor): PropertyDescriptor =>
  get ? { get: get.bind(object) } : { value: value.bind(object), writable: true };
