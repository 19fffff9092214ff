// Receives OTLP over HTTP as the protocol's own definitions have it, and prints what came as lines of JSON.
//
// A request that is not exactly one of these messages, or has a field that they do not know, is answered with 400.
// POST /answer?status=503 has it answer so from then on; 200 is the answer of before; 0 is none at all.
package main

import (
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"sync/atomic"

	metricscollector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	tracecollector "go.opentelemetry.io/proto/slim/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/slim/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

var printing sync.Mutex

func printLine(line any) {
	encoded, err := json.Marshal(line)
	if err != nil {
		encoded, _ = json.Marshal(map[string]any{"kind": "fault", "why": err.Error()})
	}
	printing.Lock()
	defer printing.Unlock()
	fmt.Fprintf(os.Stdout, "%s\n", encoded)
}

// unknownIn names the first message that has a field which its definition has not.
func unknownIn(message protoreflect.Message) string {
	if len(message.GetUnknown()) > 0 {
		return string(message.Descriptor().FullName())
	}
	found := ""
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if field.Kind() != protoreflect.MessageKind || field.IsMap() {
			return true
		}
		if field.IsList() {
			for i := 0; i < value.List().Len() && found == ""; i++ {
				found = unknownIn(value.List().Get(i).Message())
			}
		} else {
			found = unknownIn(value.Message())
		}
		return found == ""
	})
	return found
}

func valueOf(value *common.AnyValue) any {
	switch held := value.GetValue().(type) {
	case *common.AnyValue_StringValue:
		return held.StringValue
	case *common.AnyValue_BoolValue:
		return held.BoolValue
	case *common.AnyValue_IntValue:
		return held.IntValue
	case *common.AnyValue_DoubleValue:
		return held.DoubleValue
	}
	return nil
}

func attributesOf(list []*common.KeyValue) map[string]any {
	attributes := map[string]any{}
	for _, each := range list {
		attributes[each.GetKey()] = valueOf(each.GetValue())
	}
	return attributes
}

func printTraces(request *tracecollector.ExportTraceServiceRequest) {
	for _, of := range request.GetResourceSpans() {
		resource := attributesOf(of.GetResource().GetAttributes())
		for _, scope := range of.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				printLine(map[string]any{
					"kind":           "span",
					"resource":       resource,
					"scope":          scope.GetScope().GetName(),
					"trace_id":       hex.EncodeToString(span.GetTraceId()),
					"span_id":        hex.EncodeToString(span.GetSpanId()),
					"parent_span_id": hex.EncodeToString(span.GetParentSpanId()),
					"trace_state":    span.GetTraceState(),
					"name":           span.GetName(),
					"span_kind":      span.GetKind().String(),
					"status":         span.GetStatus().GetCode().String(),
					"nanoseconds":    span.GetEndTimeUnixNano() - span.GetStartTimeUnixNano(),
					"attributes":     attributesOf(span.GetAttributes()),
				})
			}
		}
	}
}

func numbersOf(points []*metrics.NumberDataPoint) []any {
	told := []any{}
	for _, point := range points {
		value := point.GetAsDouble()
		if held, isInt := point.GetValue().(*metrics.NumberDataPoint_AsInt); isInt {
			value = float64(held.AsInt)
		}
		told = append(told, map[string]any{"attributes": attributesOf(point.GetAttributes()), "value": fmt.Sprint(value)})
	}
	return told
}

func histogramsOf(points []*metrics.HistogramDataPoint) []any {
	told := []any{}
	for _, point := range points {
		told = append(told, map[string]any{
			"attributes": attributesOf(point.GetAttributes()),
			"count":      point.GetCount(),
			"sum":        point.GetSum(),
			"bounds":     point.GetExplicitBounds(),
			"counts":     point.GetBucketCounts(),
		})
	}
	return told
}

func printMetrics(request *metricscollector.ExportMetricsServiceRequest) {
	for _, of := range request.GetResourceMetrics() {
		resource := attributesOf(of.GetResource().GetAttributes())
		for _, scope := range of.GetScopeMetrics() {
			for _, metric := range scope.GetMetrics() {
				line := map[string]any{
					"kind":        "metric",
					"resource":    resource,
					"name":        metric.GetName(),
					"description": metric.GetDescription(),
					"unit":        metric.GetUnit(),
				}
				switch data := metric.GetData().(type) {
				case *metrics.Metric_Sum:
					line["type"] = "sum"
					line["monotonic"] = data.Sum.GetIsMonotonic()
					line["temporality"] = data.Sum.GetAggregationTemporality().String()
					line["points"] = numbersOf(data.Sum.GetDataPoints())
				case *metrics.Metric_Gauge:
					line["type"] = "gauge"
					line["points"] = numbersOf(data.Gauge.GetDataPoints())
				case *metrics.Metric_Histogram:
					line["type"] = "histogram"
					line["temporality"] = data.Histogram.GetAggregationTemporality().String()
					line["points"] = histogramsOf(data.Histogram.GetDataPoints())
				default:
					line["type"] = fmt.Sprintf("%T", data)
				}
				printLine(line)
			}
		}
	}
}

// receiving takes one message a request, of the type that made makes.
func receiving[Message proto.Message](status *atomic.Int64, made func() Message, show func(Message), answer proto.Message) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		refuse := func(why string) {
			printLine(map[string]any{"kind": "refused", "path": request.URL.Path, "why": why})
			http.Error(writer, why, http.StatusBadRequest)
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			refuse(err.Error())
			return
		}
		switch asked := status.Load(); asked {
		case http.StatusOK:
		case 0:
			printLine(map[string]any{"kind": "unanswered", "path": request.URL.Path})
			<-request.Context().Done()
			return
		default:
			printLine(map[string]any{"kind": "failed", "path": request.URL.Path, "status": asked})
			writer.WriteHeader(int(asked))
			return
		}
		if got := request.Header.Get("Content-Type"); request.Method != http.MethodPost || got != "application/x-protobuf" {
			refuse("neither POST nor protobuf: " + request.Method + " " + got)
			return
		}
		message := made()
		if err := proto.Unmarshal(body, message); err != nil {
			refuse(err.Error())
			return
		}
		if unknown := unknownIn(message.ProtoReflect()); unknown != "" {
			refuse("a field that " + unknown + " has not")
			return
		}
		printLine(map[string]any{"kind": "request", "path": request.URL.Path, "api_key": request.Header.Get("Api-Key"), "user_agent": request.UserAgent()})
		show(message)
		encoded, err := proto.Marshal(answer)
		if err != nil {
			refuse(err.Error())
			return
		}
		writer.Header().Set("Content-Type", "application/x-protobuf")
		_, _ = writer.Write(encoded)
	}
}

func main() {
	certificate := flag.String("certificate", "", "PEM file; with it and -key HTTPS is spoken")
	key := flag.String("key", "", "PEM file")
	flag.Parse()
	var status atomic.Int64
	status.Store(http.StatusOK)
	server := http.NewServeMux()
	server.Handle("/v1/traces", receiving(&status,
		func() *tracecollector.ExportTraceServiceRequest { return &tracecollector.ExportTraceServiceRequest{} },
		printTraces, &tracecollector.ExportTraceServiceResponse{}))
	server.Handle("/v1/metrics", receiving(&status,
		func() *metricscollector.ExportMetricsServiceRequest {
			return &metricscollector.ExportMetricsServiceRequest{}
		},
		printMetrics, &metricscollector.ExportMetricsServiceResponse{}))
	server.HandleFunc("POST /answer", func(_ http.ResponseWriter, request *http.Request) {
		if asked, err := strconv.ParseInt(request.URL.Query().Get("status"), 10, 64); err == nil {
			status.Store(asked)
		}
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	printLine(map[string]any{"kind": "listening", "port": listener.Addr().(*net.TCPAddr).Port})
	if *certificate != "" {
		err = http.ServeTLS(listener, server, *certificate, *key)
	} else {
		err = http.Serve(listener, server)
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
