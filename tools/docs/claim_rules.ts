import type { HeaderRule } from './header_rules.ts';

/** Headers in which applications look for the client, by who writes or believes them. See `CLAIMS` in the proxy. */
const CLAIMED: Readonly<Record<string, readonly string[]>> = {
  'PHP applications, Rails': ['Client-IP'],
  'behind Apache and nginx, Go and Node libraries': ['X-Real-IP', 'X-Client-IP'],
  'Node libraries (request-ip and similar)': ['X-Forwarded', 'Forwarded-For'],
  'behind Akamai and Cloudflare': ['True-Client-IP'],
  'behind Cloudflare with Pseudo IPv4; Plimsoll also drops the ones that the platform sets': [
    'CF-Connecting-IPv6',
    'CF-Pseudo-IPv4',
  ],
  'behind Rackspace and Riverbed': ['X-Cluster-Client-IP'],
  'behind Fastly, Firebase': ['Fastly-Client-IP'],
  'on Fly.io': ['Fly-Client-IP', 'Fly-Forwarded-Proto'],
  'behind Azure Front Door, on App Service': ['X-Azure-ClientIP', 'X-Azure-SocketIP', 'X-ARR-ClientCert'],
  'behind Envoy, Istio': ['X-Envoy-External-Address', 'X-Envoy-Internal'],
  'on Google App Engine': ['X-Appengine-User-IP'],
  'behind CloudFront': ['CloudFront-Viewer-Address', 'CloudFront-Forwarded-Proto'],
  'on DigitalOcean, Netlify, Vercel': [
    'DO-Connecting-IP',
    'X-NF-Client-Connection-IP',
    'X-Vercel-Forwarded-For',
  ],
  'behind Imperva, Sucuri, Alibaba and ChinaNet': [
    'Incap-Client-IP',
    'X-Sucuri-ClientIP',
    'Ali-CDN-Real-IP',
    'CDN-Src-IP',
  ],
  'WebLogic, Java applications': ['WL-Proxy-Client-IP', 'Proxy-Client-IP', 'WL-Proxy-SSL'],
  'behind ingress-nginx': ['X-Original-Forwarded-For', 'X-Scheme'],
  'ASP.NET Core': ['X-Original-For', 'X-Original-Proto', 'X-Original-Host'],
  'applications and firewalls, without a standard': [
    'X-Originating-IP',
    'X-Remote-IP',
    'X-Remote-Addr',
    'Remote-Addr',
    'X-ProxyUser-Ip',
    'X-Host',
    'X-HTTP-Host-Override',
  ],
  "Microsoft's gateways, and applications behind them": ['Front-End-Https', 'X-Url-Scheme'],
  'old versions of IIS, Symfony and Zend, as the path, which bypasses balancers and rules': [
    'X-Original-URL',
    'X-Rewrite-URL',
    'X-Original-URI',
  ],
  'applications behind a proxy that terminates TLS (RFC 9440)': ['Client-Cert', 'Client-Cert-Chain'],
};

/** One rule for each header that is accepted only from a trusted proxy. */
export const CLAIM_RULES: HeaderRule[] = Object.entries(CLAIMED).flatMap(([believer, names]) =>
  names.map((name) => ({
    id: name,
    input: `\`${name}\``,
    result: believer,
    sent: `${name}: 6.6.6.6`,
    never: /6\.6\.6\.6/,
  })),
);
