using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using StoreConnector.Channels;
using StoreConnector.Core.Automations;
using StoreConnector.Core.Stores;
using StoreConnector.Core.Values;
using StoreConnector.Processing;
using StoreConnector.Storage;

namespace StoreConnector.Admin;

/// <summary>
/// What the vendor said to a test. <c>accepted</c>: it has the message; <c>refused</c>: it has not, for the reason it
/// gave; <c>unknown</c>: it did not answer.
/// </summary>
internal sealed record TestAnswer(string Result, string? VendorId, string? Answer);

/// <summary>A test to oneself.</summary>
internal sealed record TestRequest(string To);

/// <summary>How a store's messages leave: who carries them, by which account, from whom.</summary>
internal sealed class ChannelsApi(StoreRegistry stores, VendorList vendors, StoreChannels channels)
{
    private const string Outbox = "Outbox";

    public static void Map(RouteGroupBuilder api)
    {
        foreach (var channel in Enum.GetValues<Channel>())
        {
            var path = $"/channels/{Store.HoldOf(channel)}";
            var what = channel == Channel.Email ? "How mails leave" : "How texts leave";
            api.MapGet(path, (string storeId, HttpResponse response, ChannelsApi self, CancellationToken cancel) =>
                self.ReadAsync(storeId, channel, response, cancel)).WithSummary($"{what}; its version is the ETag.");
            api.MapPut(path, (string storeId, HttpRequest request, ChannelsApi self, CancellationToken cancel) =>
                self.ChangeAsync(storeId, channel, request, cancel))
                .WithSummary($"{what}: lays the sent fields over the saved ones; credentials are never shown again.")
                .Accepts<ChannelModel>("application/json")
                .ProducesProblem(StatusCodes.Status400BadRequest)
                .ProducesProblem(StatusCodes.Status412PreconditionFailed);
            api.MapPost($"{path}/test", (string storeId, HttpRequest request, ChannelsApi self,
                CancellationToken cancel)
                => self.TestAsync(storeId, channel, request, cancel))
                .WithSummary("Sends a test to an address of the merchant's, and shows the vendor's own answer.")
                .Accepts<TestRequest>("application/json").ProducesProblem(StatusCodes.Status400BadRequest);
        }
    }

    private async Task<Results<Ok<ChannelModel>, ProblemHttpResult>> ReadAsync(
        string storeId, Channel channel, HttpResponse response, CancellationToken cancel) =>
        await stores.FindAsync(storeId, cancel) is { } read ? Answer(response, read, channel) : StoreApi.NoStore();

    private async Task<Results<Ok<ChannelModel>, ProblemHttpResult>> ChangeAsync(
        string storeId, Channel channel, HttpRequest request, CancellationToken cancel)
    {
        var body = await JsonBody.ReadAsync(request, cancel);
        // A lost write means: read, check and lay over again.
        while (await stores.FindAsync(storeId, cancel) is { } read)
        {
            var version = VersionOf(read.Store, channel);
            if (Preconditions.IsStale(request, body, version)) { return Preconditions.Stale(version); }

            var change = Merge(read, channel, body);
            if (body.Errors() is { Count: > 0 } errors) { return Problem.Of(errors); }

            if (await SaveAsync(read, channel, change, cancel))
            {
                return Answer(request.HttpContext.Response, (await stores.FindAsync(storeId, cancel))!, channel);
            }
        }

        return StoreApi.NoStore();
    }

    private async Task<Results<Ok<TestAnswer>, ProblemHttpResult>> TestAsync(
        string storeId, Channel channel, HttpRequest request, CancellationToken cancel)
    {
        if (await stores.FindAsync(storeId, cancel) is not { Store: var store }) { return StoreApi.NoStore(); }

        var body = await JsonBody.ReadAsync(request, cancel);
        var to = ReadTo(body, channel);
        if (body.Errors() is { Count: > 0 } errors) { return Problem.Of(errors); }

        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return TypedResults.Ok(await channels.SendAsync(
            new(storeId, id, channel, to!, TestMessage.Of(store, channel), "test", "test", 1), cancel) switch
            {
                SendResult.Accepted accepted => new("accepted", accepted.VendorId, null),
                SendResult.Refused refused => new TestAnswer("refused", null, refused.Reason),
                SendResult.Unknown unknown => new("unknown", null, unknown.Reason),
                var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
            });
    }

    /// <summary>What of a body no store could have.</summary>
    public IReadOnlyList<SettingError> Problems(Channel channel, JsonBody body)
    {
        var none = new Store
        {
            Id = "new", Platform = Platform.Shopify, Domain = "", Name = "", Currency = "", TimeZone = "", Country = "",
            Locale = "", InstalledAt = default,
        };
        Merge(new(none, default, ""), channel, body);
        return body.Errors();
    }

    /// <summary>Sets a channel of a store, whoever else does.</summary>
    public async Task SetAsync(string storeId, Channel channel, JsonBody body, CancellationToken cancel)
    {
        while (await stores.FindAsync(storeId, cancel) is { } read)
        {
            if (await SaveAsync(read, channel, Merge(read, channel, body), cancel)) { return; }
        }
    }

    private static string? ReadTo(JsonBody body, Channel channel)
    {
        var allowed = channel == Channel.Email ? "an e-mail address" : "a number in E.164 form";
        var text = body.Text("to", allowed)?.Trim();
        var good = channel == Channel.Email
            ? EmailAddress.TryParse(text, out var address) ? address.Value : null
            : PhoneNumber.TryParse(text, out var number) ? number.E164 : null;
        if (good is null && body.Errors().Count == 0) { body.Refuse(new("to", "What was sent", allowed)); }

        return good;
    }

    /// <summary>What a request makes of a channel.</summary>
    private sealed record Change(
        Func<Store, Store> Apply, IReadOnlyDictionary<string, string>? Credentials, bool IsNothing);

    private Change Merge(RegisteredStore read, Channel channel, JsonBody body)
    {
        body.Field("version"); // A precondition, looked at by the caller.
        var provider = ReadProvider(body, channel);
        var before = ProviderOf(read.Store, channel);
        var after = provider ?? before;
        var email = channel == Channel.Email ? ChannelMerge.Apply(body, read.Store.Email, provider) : null;
        var sms = channel == Channel.Sms ? ChannelMerge.Apply(body, read.Store.Sms, provider) : null;
        var known = after == before ? stores.AccountOf(read, channel)?.Credentials : null;
        var credentials = after == Outbox ? null : ReadCredentials(body, vendors.Find(channel, after)!, known);
        if (after == Outbox) { body.Field("credentials"); }

        Store Apply(Store s) => email is not null ? s with { Email = email } : s with { Sms = sms! };
        if (body.Errors().Count == 0 && credentials is not null)
        {
            Object(body, Apply(read.Store), channel, credentials);
        }

        var isSame = email is not null ? email == read.Store.Email : sms == read.Store.Sms;
        return new(s => Apply(s) with { Holds = s.Holds.Remove(Store.HoldOf(channel)) }, credentials,
            isSame && body.Field("credentials") is null);
    }

    private void Object(
        JsonBody body, Store store, Channel channel, IReadOnlyDictionary<string, string> credentials)
    {
        var isEmail = channel == Channel.Email;
        var account = new VendorAccount(store.Id, credentials)
        {
            From = isEmail ? store.Email.From : store.Sms.From,
            FromName = isEmail ? store.Name : null,
            ReplyTo = isEmail ? store.Email.ReplyTo : null,
            MessagingServiceSid = isEmail ? null : store.Sms.MessagingServiceSid,
        };
        if (vendors.Find(channel, ProviderOf(store, channel))?.Objection(account) is { } objection)
        {
            body.Refuse(new("provider", "This account", objection.TrimEnd('.')));
        }
    }

    private async Task<bool> SaveAsync(
        RegisteredStore read, Channel channel, Change change, CancellationToken cancel) =>
        change.IsNothing
        || (change.Credentials is { } credentials
            ? await stores.TryUpdateAsync(read, change.Apply, channel, credentials, cancel)
            : await stores.TryUpdateAsync(read.Store.Id, read.ETag, change.Apply, cancel));

    private string? ReadProvider(JsonBody body, Channel channel)
    {
        string[] names = [Outbox, .. vendors.NamesOf(channel)];
        if (body.Text("provider", string.Join(", ", names))?.Trim() is not { } text) { return null; }

        var name = names.FirstOrDefault(n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (name is null) { body.Refuse("provider", body.Field("provider"), string.Join(", ", names)); }

        return name;
    }

    /// <summary>Those that were sent over those that are kept; null takes an optional one away.</summary>
    private static Dictionary<string, string> ReadCredentials(
        JsonBody body, IVendor vendor, IReadOnlyDictionary<string, string>? known)
    {
        const int Longest = 2000;
        var all = new Dictionary<string, string>(known ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        var sent = body.Field("credentials");
        if (sent is { ValueKind: not JsonValueKind.Object })
        {
            body.Refuse(new("credentials", "What was sent", "an object of texts"));
            return all;
        }

        foreach (var field in sent?.EnumerateObject().ToList() ?? [])
        {
            var wanted = vendor.Credentials.FirstOrDefault(c => c.Name == field.Name);
            var text = field.Value.ValueKind == JsonValueKind.String ? JsonBody.TextOf(field.Value)?.Trim() : null;
            if (wanted is { IsOptional: true } && field.Value.ValueKind == JsonValueKind.Null)
            {
                all.Remove(wanted.Name);
            }
            else if (wanted is not null && text is { Length: > 0 and <= Longest } && wanted.IsGood(text))
            {
                all[wanted.Name] = text;
            }
            else
            {
                body.Refuse(new("credentials." + (wanted?.Name ?? "?"), "What was sent", // Never repeated.
                    wanted?.Allowed ?? string.Join(", ", vendor.Credentials.Select(c => c.Name))));
            }
        }

        foreach (var missing in vendor.Credentials.Where(c => !c.IsOptional && !all.ContainsKey(c.Name)))
        {
            if (body.Errors().All(e => e.Field != "credentials." + missing.Name))
            {
                body.Refuse(new("credentials." + missing.Name, "A missing value", missing.Allowed));
            }
        }

        return all;
    }

    private Ok<ChannelModel> Answer(HttpResponse response, RegisteredStore read, Channel channel)
    {
        var version = VersionOf(read.Store, channel);
        response.Headers[HeaderNames.ETag] = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
        return TypedResults.Ok(Show(read, channel));
    }

    private ChannelModel Show(RegisteredStore read, Channel channel)
    {
        var (store, isEmail) = (read.Store, channel == Channel.Email);
        var provider = ProviderOf(store, channel);
        var account = provider == Outbox ? null : channels.AccountOf(read, channel);
        var fields = vendors.Find(channel, provider)?.Credentials ?? [];
        var providers = vendors.NamesOf(channel).Select(n => vendors.Find(channel, n)!).Select(v =>
            new ProviderModel(v.Name, [.. v.Credentials.Select(c =>
                new CredentialModel(c.Name, c.Allowed, !c.IsOptional))]));
        return new(provider, [new(Outbox, []), .. providers], VersionOf(store, channel),
            isEmail ? store.Email.From : store.Sms.From, isEmail ? store.Email.LinkHost : store.Sms.LinkHost,
            isEmail ? store.Email.PerMinute : store.Sms.PerMinute,
            isEmail ? store.Email.MonthlyBudget : store.Sms.MonthlyBudget,
            fields.ToDictionary(f => f.Name, f => account?.Credentials.ContainsKey(f.Name) == true),
            vendors.Reader(provider) is null ? null : account?.Callback, HoldModel.Of(store, Store.HoldOf(channel)))
        {
            ReplyTo = isEmail ? store.Email.ReplyTo : null,
            MessagingServiceSid = isEmail ? null : store.Sms.MessagingServiceSid,
            SenderCountry = isEmail ? null : store.Sms.SenderCountry,
            ConsentNamesCartReminders = isEmail ? null : store.Sms.ConsentNamesCartReminders,
        };
    }

    private static string ProviderOf(Store store, Channel channel) =>
        channel == Channel.Email ? store.Email.Provider : store.Sms.Provider;

    private static int VersionOf(Store store, Channel channel) =>
        channel == Channel.Email ? store.Email.Version : store.Sms.Version;
}
