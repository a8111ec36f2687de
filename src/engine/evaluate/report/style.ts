import { html } from '../../../shared/markup'

export const STYLE = html`<style>
  :root {
    color-scheme: light dark;
    --ink: light-dark(#1b1b1d, #e8e8ea);
    --muted: light-dark(#66666b, #9a9aa0);
    --line: light-dark(#dcdce0, #3a3a3f);
    --accent: light-dark(#2f6fe0, #4c8dff);
  }
  body {
    max-width: 64rem;
    margin: 2rem auto;
    padding: 0 1.5rem;
    background: light-dark(#fff, #1b1b1d);
    color: var(--ink);
    font:
      14px/1.5 Inter,
      system-ui,
      sans-serif;
    font-variant-numeric: tabular-nums;
  }
  h1 {
    font-size: 1.5rem;
    margin: 0;
    overflow-wrap: anywhere;
  }
  h2 {
    font-size: 1.15rem;
    margin: 2.5rem 0 0.75rem;
    padding-top: 1rem;
    border-top: 1px solid var(--line);
  }
  h3 {
    font-size: 1rem;
    margin: 1.5rem 0 0.5rem;
  }
  small,
  .muted {
    color: var(--muted);
    font-weight: 400;
  }
  .side {
    display: flex;
    flex-wrap: wrap;
    gap: 1rem 2rem;
    align-items: flex-start;
  }
  .side > div {
    flex: 1 1 18rem;
  }
  table {
    border-collapse: collapse;
  }
  th,
  td {
    padding: 0.2rem 0.9rem 0.2rem 0;
    text-align: right;
    border-bottom: 1px solid var(--line);
    font-weight: 400;
  }
  th:first-child,
  .text {
    text-align: left;
  }
  thead th {
    color: var(--muted);
  }
  .own > * {
    font-weight: 600;
  }
  figure {
    margin: 0;
  }
  svg {
    max-width: 100%;
    height: auto;
  }
  svg text {
    fill: var(--muted);
    font-size: 11px;
  }
  .plot {
    fill: none;
    stroke: var(--line);
  }
  .bar {
    fill: var(--accent);
  }
  .track {
    fill: var(--line);
    opacity: 0.5;
  }
  .line {
    fill: none;
    stroke: var(--accent);
    stroke-width: 2;
  }
  .guide {
    fill: none;
    stroke: var(--line);
  }
  .mark {
    fill: var(--accent);
  }
  .images {
    display: flex;
    flex-wrap: wrap;
    gap: 0.75rem;
  }
  .images figure {
    width: 9rem;
  }
  .images img {
    width: 100%;
    display: block;
    border-radius: 4px;
  }
  figcaption {
    color: var(--muted);
    font-size: 12px;
    overflow-wrap: anywhere;
  }
</style>`
