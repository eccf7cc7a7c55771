import { forwardRef, type SVGProps } from 'react';

interface Props extends SVGProps<SVGSVGElement> {
  src: string;
  title?: string;
}

/** Stands for react-inlinesvg, which would fetch each icon over the network. */
const InlineSvg = forwardRef<SVGSVGElement, Props>(function InlineSvg({ src, title, id, className }, ref) {
  return <svg ref={ref} id={id} className={className} data-src={src} aria-label={title} />;
});

export default InlineSvg;
