using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using StoreConnector.Channels;
using StoreConnector.Core.Stores;
using StoreConnector.Processing;
using StoreConnector.Storage;
using StoreConnector.Telemetry;

namespace StoreConnector.Webhooks;

/// <summary>
/// The door for what vendors tell: how messages fare, and what people write back. The path names the store and the
/// account; the signature is the account's. Everything is applied before it is acknowledged: a STOP that was answered
/// holds for what is queued.
/// </summary>
internal static class CallbackEndpoints
{
    /// <summary>The longest body, 5 MiB: a thousand events have 1 MiB.</summary>
    private const int MaxBody = 5 * 1024 * 1024;

    private const string NoReply = """<?xml version="1.0" encoding="UTF-8"?><Response/>""";

    /// <summary>Twilio's answer to a text, in its own markup; for others a body that is not empty.</summary>
    private static string Reply(string? words) => words is null ? NoReply
        : """<?xml version="1.0" encoding="UTF-8"?>"""
            + new XElement("Response", new XElement("Message", words)).ToString(SaveOptions.DisableFormatting);

    public static void MapCallbacks(this WebApplication app) =>
        app.MapPost("/callbacks/{vendor}/{token}", ReceiveAsync).WithTags("Webhooks")
            .WithSummary("What a vendor tells of messages and addresses; signed with the store's account.")
            .DisableAntiforgery();

    private static async Task<Results<ContentHttpResult, StatusCodeHttpResult>> ReceiveAsync(
        string vendor, string token, HttpContext http, StoreRegistry stores, IStoreDirectory directory,
        VendorList vendors, StoreChannels channels, LinkBase address, Reports reports, InboundTexts texts,
        UnreadableStore unreadable,
        TimeProvider clock, CancellationToken cancel)
    {
        if (vendors.Reader(vendor) is not { } reader || await stores.FindCallbackAsync(token, cancel) is not { } path
            || await stores.FindAsync(path.StoreId, cancel) is not { } read
            || channels.AccountOf(read, path.Channel) is not { } account
            || await directory.FindAsync(path.StoreId, cancel) is not { } store)
        {
            return TypedResults.StatusCode(StatusCodes.Status404NotFound);
        }

        if (await ReadAsync(http.Request, cancel) is not { } body)
        {
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        }

        var request = new CallbackRequest(PublicUrl(http, address.Callback(vendor, token)),
            name => http.Request.Headers[name] is { Count: > 0 } value ? value.ToString() : null, body);
        switch (reader.Read(request, account, clock.GetUtcNow()))
        {
            case CallbackRead.Said said:
                await reports.ApplyAsync(store, said.Reports, cancel);
                var reply = said.Text is { } text ? await texts.TakeAsync(store, text, cancel) : null;
                return TypedResults.Content(Reply(reply), "text/xml; charset=utf-8");
            case CallbackRead.Unreadable broken:
                await unreadable.KeepAsync(store.Store.Id, Kept(store.Store, reader.Vendor, body, clock.GetUtcNow()),
                    broken.Reason, canRun: false, cancel);
                Signals.Unreadable(reader.Vendor);
                return TypedResults.Content(NoReply, "text/xml; charset=utf-8");
            default:
                return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
        }
    }

    /// <summary>Listed beside the platform's own deliveries: by its bytes, for it may have no id.</summary>
    private static Incoming Kept(Store store, string vendor, ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        new(store.Platform, new(Convert.ToHexStringLower(SHA256.HashData(body.Span)), "callbacks/" + vendor, null, now,
            body), body.Length);

    /// <summary>As the vendor called it: our public address, never a proxy's, with the query as it was sent.</summary>
    private static Uri PublicUrl(HttpContext http, Uri callback)
    {
        var raw = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var query = raw.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? callback : new Uri(callback.AbsoluteUri + raw[query..], new UriCreationOptions
        {
            DangerousDisablePathAndQueryCanonicalization = true,
        });
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > MaxBody) { return null; }

        var held = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (held.Length + read > MaxBody) { return null; }

            held.Write(buffer, 0, read);
        }

        return held.ToArray();
    }
}
