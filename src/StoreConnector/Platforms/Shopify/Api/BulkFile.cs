using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace StoreConnector.Platforms.Shopify.Api;

/// <summary>One object of a file, with what belongs to it.</summary>
/// <param name="Root">The object.</param>
/// <param name="Children">At most <see cref="BulkFile.MaxChildren"/> of what follows it in the file.</param>
internal sealed record BulkObject(JsonElement Root, IReadOnlyList<JsonElement> Children);

/// <summary>A place between two objects of a file.</summary>
/// <param name="Offset">Bytes before it.</param>
/// <param name="Lines">Lines before it: objects with all that belongs to them.</param>
internal sealed record BulkMark(long Offset, long Lines)
{
    /// <summary>Where a file begins.</summary>
    public static readonly BulkMark Start = new(0, 0);
}

/// <summary>What came of reading a page of a file.</summary>
internal abstract record BulkPage
{
    /// <summary>Whole objects, in the file's order.</summary>
    /// <param name="Objects">Few or many; none only at the end.</param>
    /// <param name="Next">Behind the last of them.</param>
    /// <param name="IsEnd">Whether that is the end, and nothing is missing.</param>
    public sealed record Read(IReadOnlyList<BulkObject> Objects, BulkMark Next, bool IsEnd) : BulkPage;

    /// <summary>The file ends in the middle, or is no such file: it is to be written anew.</summary>
    public sealed record CutShort : BulkPage;

    /// <summary>Its address is no longer good: it lives for seven days.</summary>
    public sealed record Expired : BulkPage;

    /// <summary>No answer: it may be tried again from the same place.</summary>
    /// <param name="Why">A plain sentence without the address.</param>
    public sealed record Unavailable(string Why) : BulkPage;
}

/// <summary>
/// Reads the files that bulk operations write: JSON lines, what belongs to an object behind it. A file may have
/// gigabytes, so it is read by pages, each from the byte where the last one ended. The address is a key to the file:
/// it is never kept or logged. Source: shopify.dev, "Perform bulk operations", 2026-10.
/// </summary>
internal sealed class BulkFile(ShopifyApp app) : IDisposable
{
    /// <summary>Objects of one page.</summary>
    public const int MaxObjects = 500;

    /// <summary>A page ends with the object that goes beyond, 4 MiB.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>The longest line, 1 MiB: an order without its lines has a few KiB.</summary>
    public const int MaxLine = 1024 * 1024;

    /// <summary>Of what belongs to one object: variants of a product, for more cannot be.</summary>
    public const int MaxChildren = ProductEvents.MaxRead;

    private readonly HttpClient client = ShopifyHttp.NewClient();

    /// <summary>How long a page may take, by the machine's clock: less than a message's lease.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>Reads the next page.</summary>
    /// <param name="url">What the operation named just now.</param>
    /// <param name="from">Where the last page ended.</param>
    /// <param name="lines">How many lines the whole file has, as the operation says: fewer is cut short.</param>
    /// <exception cref="OperationCanceledException">The service stops.</exception>
    public async ValueTask<BulkPage> ReadAsync(Uri url, BulkMark from, long lines, CancellationToken cancel)
    {
        if (url.Scheme != Uri.UriSchemeHttps && !(url.IsLoopback && app.BaseUrl is { IsLoopback: true }))
        {
            return new BulkPage.Unavailable("The file's address is not https.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        var page = new PageReader(from, lines);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (from.Offset > 0) { request.Headers.Range = new RangeHeaderValue(from.Offset, null); }

            using var response = await client.SendAsync(
                request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            return Refusal(response, from) ?? await page.ReadAsync(
                await response.Content.ReadAsStreamAsync(limit.Token),
                response.StatusCode == HttpStatusCode.PartialContent ? 0 : from.Offset, limit.Token);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested
            && e is (HttpRequestException or IOException or OperationCanceledException))
        {
            return (BulkPage?)page.SoFar() ?? new BulkPage.Unavailable("The file could not be read, or not in time.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static BulkPage? Refusal(HttpResponseMessage response, BulkMark from) => response.StatusCode switch
    {
        HttpStatusCode.OK => null, // From its beginning: Range was not understood.
        HttpStatusCode.PartialContent => response.Content.Headers.ContentRange?.From == from.Offset ? null
            : new BulkPage.Unavailable("The file came from another place than was asked for."),
        HttpStatusCode.RequestedRangeNotSatisfiable => new BulkPage.CutShort(), // It ends before.
        HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone => new BulkPage.Expired(),
        var other => new BulkPage.Unavailable($"The file's keeper answered {(int)other}."),
    };

    /// <summary>One page while it is read. An object is whole when the next one begins, or at the end of all.</summary>
    private sealed class PageReader(BulkMark from, long expected)
    {
        private readonly List<BulkObject> whole = [];
        private readonly List<JsonElement> children = [];
        private JsonElement? root;
        private BulkMark? next; // where the object under way began
        private readonly long start = from.Offset;
        private (long Offset, long Lines) at = (from.Offset, from.Lines);

        /// <summary>What was whole when the connection broke; null when nothing was.</summary>
        public BulkPage.Read? SoFar() => whole.Count == 0 ? null : new BulkPage.Read(whole, next!, false);

        public async ValueTask<BulkPage> ReadAsync(Stream stream, long skip, CancellationToken cancel)
        {
            var reader = PipeReader.Create(stream);
            while (true)
            {
                var read = await reader.ReadAsync(cancel);
                var rest = read.Buffer;
                if (skip > 0)
                {
                    var passed = Math.Min(skip, rest.Length);
                    (rest, skip) = (rest.Slice(passed), skip - passed);
                }

                while (skip == 0 && rest.PositionOf((byte)'\n') is { } end)
                {
                    if (Take(rest.Slice(0, end), 1) is { } page) { return page; }

                    rest = rest.Slice(rest.GetPosition(1, end));
                }

                if (rest.Length > MaxLine) { return new BulkPage.CutShort(); }

                if (read.IsCompleted)
                {
                    return skip > 0 ? new BulkPage.CutShort()
                        : rest.Length > 0 && Take(rest, 0) is { } last ? last : Finish();
                }

                reader.AdvanceTo(rest.Start, rest.End);
            }
        }

        /// <summary>Takes a line in; an answer ends the page.</summary>
        private BulkPage? Take(ReadOnlySequence<byte> line, int newline)
        {
            var began = at;
            at = (at.Offset + line.Length + newline, at.Lines);
            if (line.Length == 0) { return null; }
            if (line.Length > MaxLine || Parse(line) is not { ValueKind: JsonValueKind.Object } found)
            {
                return new BulkPage.CutShort();
            }

            at = at with { Lines = at.Lines + 1 };
            if (new Payload(found)["__parentId"].Text is { } parent)
            {
                // Grouped: what belongs to an object stands behind it.
                if (root is not { } owner || new Payload(owner)["id"].Text != parent)
                {
                    return new BulkPage.CutShort();
                }

                if (children.Count < MaxChildren) { children.Add(found); }

                return null;
            }

            Close();
            next = new(began.Offset, began.Lines);
            if (whole.Count >= MaxObjects || began.Offset - start >= MaxBytes)
            {
                return new BulkPage.Read(whole, next, false);
            }

            root = found;
            return null;
        }

        /// <summary>The stream is at its end: it is the file's when nothing is missing.</summary>
        private BulkPage Finish()
        {
            if (at.Lines < expected) { return new BulkPage.CutShort(); }

            Close();
            return new BulkPage.Read(whole, new(at.Offset, at.Lines), true);
        }

        private void Close()
        {
            if (root is { } done) { whole.Add(new(done, [.. children])); }

            root = null;
            children.Clear();
        }

        private static JsonElement? Parse(ReadOnlySequence<byte> line)
        {
            try
            {
                using var document = JsonDocument.Parse(line, Payload.Options);
                return document.RootElement.Clone();
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }
}
