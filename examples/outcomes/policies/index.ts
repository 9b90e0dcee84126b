/**
 * The outcome policies of ten vendors, each as a charge in data, with a short story and its invoices. Run all with
 * `npx tsx examples/outcomes/policies/index.ts`, or one by its own name.
 */
import "./intercom-fin.js";
import "./zendesk.js";
import "./gorgias.js";
import "./salesforce-agentforce.js";
import "./hubspot.js";
import "./redo.js";
import "./riskified.js";
import "./chargeflow.js";
import "./sierra.js";
import "./fini.js";
