using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace StoreConnector.Storage.Azure;

/// <summary>What Table storage answered to a write.</summary>
/// <param name="Status">Of the batch's failed operation, or of the whole.</param>
/// <param name="Code">Azure's error code; empty when it went well.</param>
/// <param name="FailedIndex">Which operation of a batch failed.</param>
/// <param name="WasRepeated">Whether an earlier attempt's answer was lost: it may have been applied.</param>
internal sealed record TableAnswer(int Status, string Code, int FailedIndex, bool WasRepeated)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>A page of rows, and where the next begins; null when there is none.</summary>
internal sealed record TablePage(IReadOnlyList<TableEntity> Rows, (string Partition, string? Row)? Next);

/// <summary>
/// Table storage's REST protocol, as much of it as we use, on Azure.Core's pipeline: the official client,
/// Azure.Data.Tables, takes its place where it can be had. Repeats what was throttled, failed or timed out; a caller
/// learns that it was repeated. Source: https://learn.microsoft.com/rest/api/storageservices/table-service-rest-api
/// </summary>
internal sealed partial class TableClient(Uri service, HttpPipeline pipeline, string table)
{
    private const string Json = "application/json;odata=minimalmetadata";

    /// <summary>The first that lets an identity in, and the official client's.</summary>
    private const string Version = "2020-12-06";

    /// <summary>What every address begins with: a host alone ends with a slash as soon as it is text.</summary>
    private readonly string root = service.AbsoluteUri.TrimEnd('/');

    /// <summary>Makes the table; one that is there is fine.</summary>
    public async ValueTask<TableAnswer> CreateAsync(CancellationToken cancel)
    {
        using var message = Request(RequestMethod.Post, $"{root}/Tables");
        message.Request.Headers.SetValue("Prefer", "return-no-content");
        SetJson(message.Request, json =>
        {
            json.WriteStartObject();
            json.WriteString("TableName", table);
            json.WriteEndObject();
        });
        return await SendAsync(message, cancel);
    }

    /// <summary>Removes the table.</summary>
    public async ValueTask<TableAnswer> DeleteAsync(CancellationToken cancel)
    {
        using var message = Request(RequestMethod.Delete, $"{root}/Tables('{table}')");
        return await SendAsync(message, cancel);
    }

    /// <summary>One row, or null; also when there is no such table.</summary>
    public async ValueTask<TableEntity?> GetEntityIfExistsAsync(string partition, string row, CancellationToken cancel)
    {
        using var message = Request(RequestMethod.Get, AddressOf(partition, row));
        var answer = await SendAsync(message, cancel);
        if (answer.Status == (int)HttpStatusCode.NotFound) { return null; }

        ThrowIfFailed(answer);
        return Read(message.Response, TableEntity.Read);
    }

    /// <summary>A page of the rows that a filter finds, by row key; none when there is no such table.</summary>
    /// <param name="filter">In OData's words.</param>
    /// <param name="max">The most rows of the page.</param>
    /// <param name="keysOnly">Leaves the values out.</param>
    /// <param name="from">Where the page before it ended.</param>
    public async ValueTask<TablePage> QueryAsync(
        string filter, int max, bool keysOnly, (string Partition, string? Row)? from, CancellationToken cancel)
    {
        var address = new StringBuilder($"{root}/{table}()?$top={max.ToString(CultureInfo.InvariantCulture)}");
        address.Append("&$filter=").Append(Uri.EscapeDataString(filter));
        if (keysOnly) { address.Append("&$select=RowKey"); }

        if (from is var (partition, row))
        {
            address.Append("&NextPartitionKey=").Append(Uri.EscapeDataString(partition));
            if (row is not null) { address.Append("&NextRowKey=").Append(Uri.EscapeDataString(row)); }
        }

        using var message = Request(RequestMethod.Get, address.ToString());
        var answer = await SendAsync(message, cancel);
        if (answer.Status == (int)HttpStatusCode.NotFound) { return new([], null); }

        ThrowIfFailed(answer);
        var rows = Read<IReadOnlyList<TableEntity>>(message.Response, json =>
            [.. json.GetProperty("value").EnumerateArray().Select(TableEntity.Read)]);
        var headers = message.Response.Headers;
        return new(rows, headers.TryGetValue("x-ms-continuation-NextPartitionKey", out var next) && next is not null
            ? (next, headers.TryGetValue("x-ms-continuation-NextRowKey", out var nextRow) ? nextRow : null) : null);
    }

    /// <summary>One operation by itself; several in one change set, all or none.</summary>
    public async ValueTask<TableAnswer> SubmitAsync(
        string partition, IReadOnlyList<TableWrite> writes, string operation, CancellationToken cancel)
    {
        if (writes is [var only]) { return await SubmitAsync(partition, only, operation, cancel); }

        using var message = Request(RequestMethod.Post, $"{root}/$batch");
        message.Request.Headers.SetValue("Content-Type", $"multipart/mixed; boundary=batch_{operation}");
        message.Request.Content = RequestContent.Create(Batch(partition, writes, operation));
        var whole = await SendAsync(message, cancel);
        if (!whole.IsSuccess) { return whole; }

        var answer = ReadBatch(message.Response, whole, writes.Count);
        return AzureFailure.IsRefusal(answer.Status, answer.Code)
            ? throw AzureFailure.Refusal("Table", service, answer.Status, answer.Code) : answer;
    }

    private async ValueTask<TableAnswer> SubmitAsync(
        string partition, TableWrite write, string operation, CancellationToken cancel)
    {
        var (method, address, match) = Line(partition, write);
        using var message = Request(RequestMethod.Parse(method), address);
        if (match is not null) { message.Request.Headers.SetValue("If-Match", match); }

        if (write is TableWrite.Insert) { message.Request.Headers.SetValue("Prefer", "return-no-content"); }

        if (write is not TableWrite.Delete)
        {
            SetJson(message.Request, json =>
                TableEntity.Write(json, partition, write.Key, Limits.ValueOf(write).Span, operation));
        }

        return await SendAsync(message, cancel);
    }

    private (string Method, string Address, string? Match) Line(string partition, TableWrite write) => write switch
    {
        TableWrite.Insert => ("POST", $"{root}/{table}", null),
        TableWrite.Replace replace => ("PUT", AddressOf(partition, write.Key), replace.ETag),
        TableWrite.Put => ("PUT", AddressOf(partition, write.Key), null), // Without If-Match: insert or replace.
        TableWrite.Delete delete => ("DELETE", AddressOf(partition, write.Key), delete.ETag ?? "*"),
        _ => throw new System.Diagnostics.UnreachableException(write.ToString()),
    };

    private byte[] Batch(string partition, IReadOnlyList<TableWrite> writes, string operation)
    {
        using var body = new MemoryStream();
        Text($"--batch_{operation}\r\nContent-Type: multipart/mixed; boundary=changeset_{operation}\r\n\r\n");
        foreach (var write in writes)
        {
            var (method, address, match) = Line(partition, write);
            Text($"--changeset_{operation}\r\nContent-Type: application/http\r\n");
            Text("Content-Transfer-Encoding: binary\r\n\r\n");
            Text($"{method} {address} HTTP/1.1\r\nAccept: {Json}\r\nDataServiceVersion: 3.0;\r\n");
            if (match is not null) { Text($"If-Match: {match}\r\n"); }

            if (write is TableWrite.Insert) { Text("Prefer: return-no-content\r\n"); }

            if (write is TableWrite.Delete) { Text("\r\n"); }
            else
            {
                Text("Content-Type: application/json\r\n\r\n");
                using var json = new Utf8JsonWriter(body);
                TableEntity.Write(json, partition, write.Key, Limits.ValueOf(write).Span, operation);
            }

            Text("\r\n");
        }

        Text($"--changeset_{operation}--\r\n--batch_{operation}--\r\n");
        return body.ToArray();

        void Text(string text) => body.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>
    /// A change set's answer holds one answer an operation, or the one of the operation that failed, whose message
    /// begins with its number.
    /// </summary>
    private static TableAnswer ReadBatch(Response response, TableAnswer whole, int operations)
    {
        var text = response.Content.ToString();
        var lines = StatusLine().Matches(text);
        var failed = lines.FirstOrDefault(m => m.Groups[1].Value[0] != '2');
        if (failed is null)
        {
            return lines.Count == operations ? whole
                : throw new StorageUnavailableException(
                    $"A batch of {operations} operations was answered with {lines.Count} answers.");
        }

        var body = text.AsSpan(failed.Index);
        var json = body.IndexOf('{') is var begin and >= 0 ? body[begin..(body.LastIndexOf('}') + 1)].ToString() : "";
        var (code, message) = ReadError(Encoding.UTF8.GetBytes(json));
        var index = message.Split(':') is [var number, ..]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
        return whole with
        {
            Status = int.Parse(failed.Groups[1].Value, CultureInfo.InvariantCulture), Code = code, FailedIndex = index,
        };
    }

    private HttpMessage Request(RequestMethod method, string address)
    {
        var message = pipeline.CreateMessage();
        message.Request.Method = method;
        message.Request.Uri.Reset(new(address));
        message.Request.Headers.SetValue("Accept", Json);
        message.Request.Headers.SetValue("x-ms-version", Version);
        message.Request.Headers.SetValue("DataServiceVersion", "3.0");
        return message;
    }

    private static void SetJson(Request request, Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body)) { write(json); }

        request.Headers.SetValue("Content-Type", "application/json");
        request.Content = RequestContent.Create(body.ToArray());
    }

    private async ValueTask<TableAnswer> SendAsync(HttpMessage message, CancellationToken cancel)
    {
        try
        {
            await pipeline.SendAsync(message, cancel);
        }
        catch (Exception e) when (AzureFailure.IsSilence(e, cancel))
        {
            throw AzureFailure.Silence("Table", service, e);
        }

        var response = message.Response;
        var code = response.IsError ? ReadError(response.Content.ToMemory()).Code : "";
        if (response.IsError && AzureFailure.IsRefusal(response.Status, code))
        {
            throw AzureFailure.Refusal("Table", service, response.Status, code);
        }

        return new(response.Status, code, 0, message.ProcessingContext.RetryNumber > 0);
    }

    /// <summary>What a successful answer holds; with something else in it, it is a proxy's perhaps.</summary>
    private T Read<T>(Response response, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(response.Content.ToMemory());
            return read(json.RootElement);
        }
        catch (Exception e) when (
            e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw AzureFailure.Silence("Table", service, e);
        }
    }

    private void ThrowIfFailed(TableAnswer answer)
    {
        if (!answer.IsSuccess) { throw AzureFailure.Refusal("Table", service, answer.Status, answer.Code); }
    }

    private string AddressOf(string partition, string row) =>
        $"{root}/{table}(PartitionKey='{Uri.EscapeDataString(partition)}',RowKey='{Uri.EscapeDataString(row)}')";

    private static (string Code, string Message) ReadError(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var error = json.RootElement.GetProperty("odata.error");
            return (error.GetProperty("code").GetString() ?? "",
                error.GetProperty("message").GetProperty("value").GetString() ?? "");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return ("", ""); // A proxy's page: the status says enough.
        }
    }

    [GeneratedRegex(@"^HTTP/1\.1 ([0-9]{3})", RegexOptions.Multiline)]
    private static partial Regex StatusLine();
}
