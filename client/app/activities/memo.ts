/** Rows of long lists: drawn again only when what they are given has changed. */
import { Component, type FunctionComponent, h } from "preact";

export function memo<P extends object>(Row: FunctionComponent<P>): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      return differ(this.props, next);
    }
    render() {
      return h(Row, this.props);
    }
  }
  return Memo as unknown as FunctionComponent<P>;
}

function differ<P extends object>(before: P, now: P): boolean {
  return (Object.keys(now) as (keyof P)[]).some((key) => before[key] !== now[key]);
}
