/*!
 * Apache ECharts 6.1.0 (Apache License 2.0) with zrender (BSD 3-Clause License) and tslib (0BSD), cut down to what the
 * portal draws. Licence texts: NOTICE at the root of the repository.
 */
// No tooltip (it writes HTML with styles of its own, which the Content-Security-Policy forbids): the table has it all.
export { init, use } from "echarts/core";
import { use } from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, SVGRenderer]);
