package io.millrace.bench.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ChartsTest {

    @Test
    void tenTimesAsMuchIsEquallyFarEverywhere() {
        LogScale scale = LogScale.decades(3, 2_500, 100, 500);

        assertEquals(List.of(1.0, 10.0, 100.0, 1_000.0, 10_000.0), scale.ticks());
        assertEquals(100, scale.at(1), 1e-9);
        assertEquals(200, scale.at(10), 1e-9);
        assertEquals(500, scale.at(10_000), 1e-9);
    }

    @Test
    void drawsABarForEachValueAndSaysWhereThereIsNone() throws Exception {
        BarChart chart =
                new BarChart(
                        "Rates < others",
                        "/s",
                        List.of("A", "B"),
                        List.of(
                                new BarChart.Group("one", List.of(1_000.0, 100.0)),
                                new BarChart.Group("two", List.of(10.0, Double.NaN))));

        Document svg = parsed(chart.svg());

        // Background, two in the legend, three bars.
        assertEquals(1 + 2 + 3, svg.getElementsByTagName("rect").getLength());
        assertTrue(svg.getDocumentElement().getTextContent().contains("Rates < others"));
        assertTrue(svg.getDocumentElement().getTextContent().contains("no figure"));
    }

    @Test
    void drawsEachPointOfALineAboveTheFirstIfItCostsMore() throws Exception {
        GrowthChart chart =
                new GrowthChart(
                        "Cost",
                        "queues",
                        0.3,
                        List.of(
                                new GrowthChart.Line(
                                        "time",
                                        new double[] {1, 10, 100},
                                        new double[] {1, 1.2, 4})));

        Document svg = parsed(chart.svg());

        assertEquals(3, svg.getElementsByTagName("circle").getLength());
        double first = y(svg, 0);
        assertTrue(y(svg, 1) < first);
        assertTrue(y(svg, 2) < y(svg, 1));
    }

    private static double y(Document svg, int index) {
        Element circle = (Element) svg.getElementsByTagName("circle").item(index);
        return Double.parseDouble(circle.getAttribute("cy"));
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
